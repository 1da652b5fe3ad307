import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { bounded, prompt, weather } from './site.mjs';
import { collect, text } from './upstream.mjs';

const user = { role: 'user', content: 'Is the 9:40 late?' };

export function openai(site) {
  const client = () => new OpenAI({ baseURL: site.url, apiKey: site.key, maxRetries: 0 });
  const chat = (body, options) => client().chat.completions.create({ messages: [user], ...body }, options);

  test('a chat completion', bounded, async () => {
    const { data, response } = await chat({ model: '@preset/trains', user: 'u-17' }).withResponse();

    assert.equal(data.choices[0].message.content, text);
    assert.equal(response.headers.get('x-preset'), 'trains:1');
    assert.deepEqual(site.lastCall().body, {
      model: 'acme/large', temperature: 0.25, max_tokens: 500, tools: [weather], user: 'u-17',
      messages: [{ role: 'system', content: prompt }, user],
    });
  });

  test('a chat completion that sets fields of its own', bounded, async () => {
    const timetable = { type: 'function', function: { name: 'timetable', parameters: { type: 'object' } } };

    await chat({
      model: 'acme/small@preset/trains:1',
      messages: [{ role: 'developer', content: 'Answer in French.' }, user],
      temperature: 0,
      max_completion_tokens: 900,
      tools: [timetable],
    }, { headers: { 'X-Title': 'Trains' } });

    const { body, headers } = site.lastCall();
    assert.equal(headers['x-title'], 'Trains');
    assert.deepEqual(body, {
      model: 'acme/small', temperature: 0, max_completion_tokens: 900, tools: [weather, timetable],
      messages: [{ role: 'developer', content: `${prompt}\n\nAnswer in French.` }, user],
    });
  });

  test('a chat completion with the preset in a field of its own, and variables', bounded, async () => {
    await chat({ preset: 'topic:1', preset_variables: { topic: 'trams' } });

    assert.deepEqual(site.lastCall().body, {
      model: 'acme/large', messages: [{ role: 'system', content: 'You answer questions about trams.' }, user],
    });
  });

  test('a chat completion without a preset', bounded, async () => {
    const { data, response } = await chat({ model: 'acme/small' }).withResponse();

    assert.equal(data.choices[0].message.content, text);
    assert.equal(response.headers.get('x-preset'), null);
    assert.deepEqual(site.lastCall().body, { messages: [user], model: 'acme/small' });
  });

  test('a stream of a chat completion', bounded, async () => {
    const stream = await chat({ model: '@preset/trains', stream: true });

    let told = '';
    for await (const chunk of stream)
      told += chunk.choices[0].delta.content ?? '';
    assert.equal(told, text);
    assert.deepEqual(
      [site.lastCall().body.model, site.lastCall().body.stream], ['acme/large', true]);
  });

  test('a stream of a chat completion, collected', bounded, async () => {
    const stream = client().chat.completions.stream({ model: '@preset/trains', messages: [user] });

    assert.equal(await stream.finalContent(), text);
    assert.equal((await stream.totalUsage()).total_tokens, 25);
  });

  test('a response', bounded, async () => {
    const answer = await client().responses.create({ model: '@preset/trains', input: 'Is the 9:40 late?' });

    assert.equal(answer.output_text, text);
    assert.deepEqual(site.lastCall().body, {
      model: 'acme/large', temperature: 0.25, max_output_tokens: 500, instructions: prompt, input: 'Is the 9:40 late?',
      tools: [{ type: 'function', ...weather.function }],
    });
  });

  test('a stream of a response', bounded, async () => {
    const stream = client().responses.stream({ model: '@preset/trains', input: 'Is the 9:40 late?' });

    assert.equal((await stream.finalResponse()).output_text, text);
    assert.equal(site.lastCall().body.model, 'acme/large');
  });

  test('a response of a stored prompt', bounded, async () => {
    const stored = { id: 'topic', version: '1', variables: { topic: { type: 'input_text', text: 'trams' } } };

    const answer = await client().responses.create({ prompt: stored, input: 'Is the 9:40 late?' });

    assert.equal(answer.output_text, text);
    assert.deepEqual(site.lastCall().body, {
      model: 'acme/large', instructions: 'You answer questions about trams.', input: 'Is the 9:40 late?',
    });
  });

  test('errors', bounded, async () => {
    await assert.rejects(
      chat({ model: '@preset/missing' }),
      error => error instanceof OpenAI.NotFoundError && /Preset "missing" not found\./.test(error.message));
    await assert.rejects(
      chat({ model: '@preset/locked', temperature: 1 }),
      error => error instanceof OpenAI.PermissionDeniedError
        && error.error.metadata.reason === 'field_locked' && error.error.metadata.field === 'temperature');
    site.upstream.refuse(
      429, { error: { type: 'rate_limit_exceeded', message: 'Too fast.' } }, { 'Retry-After': '7' });
    await assert.rejects(
      chat({ model: '@preset/trains' }),
      error => error instanceof OpenAI.RateLimitError && error.type === 'rate_limit_exceeded'
        && error.headers.get('retry-after') === '7' && error.headers.get('x-preset') === 'trains:1');
    site.upstream.refuse(401, { error: { message: 'The key sk-of-the-upstream is wrong.' } });
    await assert.rejects(
      client().responses.create({ model: '@preset/trains', input: 'Hi' }),
      error => error.status === 424 && error.error.metadata.reason === 'upstream_unauthorized');
  });

  test('a stream that the client leaves', bounded, async () => {
    const left = new Promise(resolve => {
      site.upstream.script = (call, response) => {
        response.once('close', resolve);
        response.writeHead(200, { 'Content-Type': 'text/event-stream' });
        response.write('data: {"choices": [{"delta": {"content": "The "}}]}\n\n');
      };
    });

    for await (const chunk of await chat({ model: '@preset/trains', stream: true })) {
      assert.equal(chunk.choices[0].delta.content, 'The ');
      break;
    }

    await left;
  });

  test('streams that break off', bounded, async () => {
    site.upstream.breakAfter(2);
    const stream = await chat({ model: '@preset/trains', stream: true });
    await assert.rejects(collect(stream), OpenAI.APIError);

    site.upstream.breakAfter(5);
    const response = client().responses.stream({ model: '@preset/trains', input: 'Is the 9:40 late?' });
    await assert.rejects(response.finalResponse(), OpenAI.OpenAIError);
  });
}
