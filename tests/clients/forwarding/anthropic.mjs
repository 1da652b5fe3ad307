import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bounded, prompt, weather } from './site.mjs';
import { collect, text } from './upstream.mjs';

const messages = [{ role: 'user', content: 'Is the 9:40 late?' }];

// The field names of the preset, as Anthropic has them.
const tools = [{ name: 'get_weather', input_schema: weather.function.parameters }];

/** @param Anthropic The client of any version. */
export function anthropic(site, Anthropic) {
  const client = (options = { apiKey: site.key, authToken: null }) =>
    new Anthropic({ baseURL: site.anthropicUrl, maxRetries: 0, ...options });
  const create = body => client().messages.create({ model: '@preset/claude', max_tokens: 100, messages, ...body });

  test('a message', bounded, async () => {
    const { data, response } = await create().withResponse();

    assert.equal(data.content[0].text, text);
    assert.equal(response.headers.get('x-preset'), 'claude:1');
    const { body, headers } = site.lastCall();
    assert.match(headers['anthropic-version'], /^\d{4}-\d\d-\d\d$/);
    assert.equal(headers.authorization, undefined);
    assert.deepEqual(
      body, { model: 'claude-sonnet-5', temperature: 0.25, max_tokens: 100, system: prompt, messages, tools });
  });

  test('a message with system blocks of its own, which may be cached', bounded, async () => {
    const block = { type: 'text', text: 'Answer in French.', cache_control: { type: 'ephemeral' } };

    await create({ system: [block] });

    assert.deepEqual(site.lastCall().body.system, [{ type: 'text', text: prompt }, block]);
  });

  test('a message by a token, as Claude Code sends it', bounded, async () => {
    const answer = await client({ authToken: site.key, apiKey: null }).messages.create(
      { model: 'anthropic/@preset/claude', max_tokens: 100, messages });

    assert.equal(answer.content[0].text, text);
    assert.equal(site.lastCall().body.model, 'claude-sonnet-5');
  });

  test('a stream of a message', bounded, async () => {
    const stream = client().messages.stream({ model: '@preset/claude', max_tokens: 100, messages });

    assert.equal(await stream.finalText(), text);
    assert.equal((await stream.finalMessage()).usage.output_tokens, 5);
    assert.equal(site.lastCall().body.system, prompt);
  });

  test('the count of the tokens', bounded, async () => {
    const count = client().messages.countTokens({ model: '@preset/claude', messages });
    const { data, response } = await count.withResponse();

    assert.equal(data.input_tokens, 42);
    // Anthropic refuses the fields here that count no tokens.
    assert.equal(response.headers.get('x-preset-dropped'), 'temperature, max_tokens');
    assert.deepEqual(site.lastCall().body, { model: 'claude-sonnet-5', system: prompt, messages, tools });
  });

  test('a beta message', bounded, async () => {
    let sent;
    const recorded = (url, init) => fetch(sent = url, init);

    const answer = await client({ apiKey: site.key, authToken: null, fetch: recorded }).beta.messages.create(
      { model: '@preset/claude', max_tokens: 100, messages, betas: ['context-1m-2025-08-07'] });

    assert.equal(answer.content[0].text, text);
    // 0.60 says it in the query too, as ?beta=true.
    const { route, search, headers } = site.lastCall();
    assert.deepEqual([route, search], ['/messages', new URL(sent).search]);
    assert.equal(headers['anthropic-beta'], 'context-1m-2025-08-07');
  });

  test('the list of models', bounded, async () => {
    const models = await collect(client().models.list({ limit: 2 }));

    const { type, display_name, created_at } = models.find(model => model.id === 'anthropic/@preset/claude');
    assert.deepEqual([type, display_name], ['model', 'claude']);
    assert.ok(Date.parse(created_at) > 0);
  });

  test('errors', bounded, async () => {
    await assert.rejects(
      create({ model: '@preset/missing' }),
      error => error instanceof Anthropic.NotFoundError && error.error.error.type === 'not_found_error'
        && /Preset \\?"missing\\?" not found\./.test(error.message));
    await assert.rejects(
      create({ model: '@preset/locked', temperature: 1 }),
      error => error instanceof Anthropic.PermissionDeniedError && error.error.error.type === 'permission_error');
    site.upstream.refuse(
      429, { type: 'error', error: { type: 'rate_limit_error', message: 'Too fast.' } }, { 'Retry-After': '7' });
    await assert.rejects(
      create(),
      error => error instanceof Anthropic.RateLimitError && error.error.error.type === 'rate_limit_error'
        && error.headers.get('retry-after') === '7');
  });

  test('a stream that breaks off', bounded, async () => {
    site.upstream.breakAfter(3);
    const stream = await create({ stream: true });

    await assert.rejects(
      collect(stream), error => error instanceof Anthropic.APIError && error.error.error.type === 'api_error');
  });
}
