// This client has no method for messages, and no field `preset`: its users write the preset into the model.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OpenRouter } from '@openrouter/sdk';
import * as errors from '@openrouter/sdk/models/errors';
import { bounded, prompt, weather } from './site.mjs';
import { collect, text } from './upstream.mjs';

const user = { role: 'user', content: 'Is the 9:40 late?' };

export function openRouter(site) {
  const client = () => new OpenRouter({
    serverURL: site.url, apiKey: site.key, httpReferer: 'https://trains.example', retryConfig: { strategy: 'none' },
  });
  const chat = body => client().chat.send({ chatRequest: { model: '@preset/trains', messages: [user], ...body } });

  test('a chat completion', bounded, async () => {
    const answer = await chat();

    assert.equal(answer.choices[0].message.content, text);
    const { headers, body } = site.lastCall();
    assert.equal(headers['http-referer'], 'https://trains.example');
    const { stream, ...sent } = body;
    assert.ok(!stream);
    assert.deepEqual(sent, {
      model: 'acme/large', temperature: 0.25, max_tokens: 500, tools: [weather],
      messages: [{ role: 'system', content: prompt }, user],
    });
  });

  test('a stream of a chat completion', bounded, async () => {
    const chunks = await collect(await chat({ stream: true }));

    assert.equal(chunks.map(chunk => chunk.choices[0].delta.content ?? '').join(''), text);
    assert.equal(chunks.at(-1).usage.totalTokens, 25);
  });

  test('a response', bounded, async () => {
    const answer = await client().responses.send({ responsesRequest: { model: '@preset/trains', input: 'Late?' } });

    assert.equal(answer.output[0].content[0].text, text);
    const { model, instructions, input, temperature } = site.lastCall().body;
    assert.deepEqual(
      { model, instructions, input, temperature },
      { model: 'acme/large', instructions: prompt, input: 'Late?', temperature: 0.25 });
  });

  test('a stream of a response', bounded, async () => {
    const events = await collect(await client().responses.send({
      responsesRequest: { model: '@preset/trains', input: 'Late?', stream: true },
    }));

    assert.equal(events.map(event => event.type === 'response.output_text.delta' ? event.delta : '').join(''), text);
    assert.equal(events.at(-1).type, 'response.completed');
  });

  test('a response by callModel', bounded, async () => {
    const result = client().callModel({ model: '@preset/trains', input: 'Late?' });

    assert.equal(await result.getText(), text);
    assert.equal(site.lastCall().body.instructions, prompt);
  });

  test('errors', bounded, async () => {
    await assert.rejects(
      chat({ model: '@preset/missing' }),
      error => error instanceof errors.NotFoundResponseError && error.message === 'Preset "missing" not found.');
    await assert.rejects(
      chat({ model: '@preset/locked', temperature: 1 }),
      error => error instanceof errors.ForbiddenResponseError && error.error.metadata.reason === 'field_locked');
    site.upstream.refuse(429, { error: { code: 429, message: 'Too fast.' } });
    await assert.rejects(
      chat(), error => error instanceof errors.TooManyRequestsResponseError && error.message === 'Too fast.');
  });

  test('streams that break off', bounded, async () => {
    site.upstream.breakAfter(2);
    const chunks = await collect(await chat({ stream: true }));
    assert.equal(chunks.at(-1).error.code, 502);
    assert.equal(chunks.at(-1).choices[0].finishReason, 'error');

    site.upstream.breakAfter(5);
    const events = await collect(await client().responses.send({
      responsesRequest: { model: '@preset/trains', input: 'Late?', stream: true },
    }));
    assert.equal(events.at(-1).type, 'error');
    assert.equal(events.at(-1).code, 'upstream_failed');
  });
}
