// The clients of OpenAI and Anthropic, with nothing changed but the key and the base URL, which names a preset: their
// requests store versions of it instead of being answered by a model.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { engines } from './engines.mjs';
import { Service } from './service.mjs';

const bounded = { timeout: 60_000 };
const schema = { type: 'object', properties: { unit: { type: 'string' }, city: { type: 'string' } } };

for (const { engine, skip } of engines) {
  describe(`openai and @anthropic-ai/sdk on ${engine.name}`, { skip }, () => {
    let service;

    const openAI = slug => new OpenAI({ baseURL: `${service.url}/presets/${slug}`, apiKey: service.key });

    const anthropic = slug => new Anthropic({
      baseURL: `${service.url}/presets/${slug}`, apiKey: service.key, authToken: null,
    });

    before(async () => {
      engine.start();
      service = new Service(engine);
      await service.start();
    }, { timeout: 120_000 });

    after(async () => {
      try {
        await service?.end();
      } finally {
        engine.stop();
      }
    }, { timeout: 60_000 });

    test('chat completions', bounded, async () => {
      const slug = `chat-${randomUUID()}`;
      const tools = [{ type: 'function', function: { name: 'get_weather', parameters: schema } }];

      const { data: answer, response } = await openAI(slug).chat.completions.create({
        model: 'openai/gpt-5',
        messages: [
          { role: 'system', content: 'Be terse.' },
          { role: 'developer', content: [{ type: 'text', text: 'Be kind.' }] },
          { role: 'user', content: 'Hi' },
        ],
        temperature: 0.7,
        tools,
        user: 'u-1',
      }).withResponse();

      assert.equal(answer.data.slug, slug);
      assert.equal(answer.data.designated_version.system_prompt, 'Be terse.\n\nBe kind.');
      assert.equal(answer.data.designated_version.body, 'chat_completions');
      assert.deepEqual(answer.data.designated_version.config, { model: 'openai/gpt-5', temperature: 0.7, tools });
      assert.equal(response.headers.get('x-created-version'), '1');
      assert.equal(response.headers.get('x-ignored-fields'), 'user');
    });

    test('responses, with the system text in the input', bounded, async () => {
      const slug = `responses-${randomUUID()}`;

      const { data: answer, response } = await openAI(slug).responses.create({
        model: 'openai/gpt-5',
        instructions: 'Answer in French.',
        input: [
          { role: 'system', content: 'Be terse.' },
          { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Be kind.' }] },
          { role: 'user', content: 'Hi' },
        ],
        max_output_tokens: 64,
        store: false,
      }).withResponse();

      assert.equal(answer.data.designated_version.system_prompt, 'Answer in French.\n\nBe terse.\n\nBe kind.');
      assert.equal(answer.data.designated_version.body, 'responses');
      assert.deepEqual(answer.data.designated_version.config, { model: 'openai/gpt-5', max_output_tokens: 64 });
      assert.equal(response.headers.get('x-ignored-fields'), 'store');
    });

    test('messages', bounded, async () => {
      const slug = `messages-${randomUUID()}`;
      const tools = [{ name: 'get_weather', input_schema: schema }];

      const { data: answer, response } = await anthropic(slug).messages.create({
        model: 'anthropic/claude-sonnet-4',
        max_tokens: 1024,
        system: [{ type: 'text', text: 'You are kind.', cache_control: { type: 'ephemeral' } }],
        messages: [{ role: 'user', content: 'Hi' }],
        tools,
      }).withResponse();

      assert.equal(answer.data.slug, slug);
      assert.equal(answer.data.designated_version.system_prompt, 'You are kind.');
      assert.equal(answer.data.designated_version.body, 'messages');
      assert.deepEqual(answer.data.designated_version.config,
        { model: 'anthropic/claude-sonnet-4', max_tokens: 1024, tools });
      assert.equal(response.headers.get('x-ignored-fields'), 'system.cache_control');
    });

    test('all three make versions of one preset', bounded, async () => {
      const slug = `three-${randomUUID()}`;
      const messages = [{ role: 'user', content: 'Hi' }];

      const answers = [
        await openAI(slug).chat.completions.create({ model: 'a', messages }),
        await anthropic(slug).messages.create({ model: 'b', messages, max_tokens: 1 }),
        await anthropic(slug).beta.messages.create({ model: 'c', messages, max_tokens: 1 }),
        await openAI(slug).responses.create({ model: 'd', input: 'Hi' }),
      ];

      assert.deepEqual(answers.map(({ data }) => data.designated_version.version), [1, 2, 3, 4]);
      assert.deepEqual(answers.map(({ data }) => data.designated_version.config.model), ['a', 'b', 'c', 'd']);
    });

    test('an error has its type and names the field', bounded, async () => {
      const messages = [{ role: 'user', content: 'Hi' }];

      await assert.rejects(
        openAI('bad').chat.completions.create({ model: '@preset/other', messages }),
        error => error instanceof OpenAI.BadRequestError && error.error.metadata.field === 'model');
      await assert.rejects(
        anthropic('bad').messages.create({ model: 'm', messages, max_tokens: 1, temperature: 3 }),
        error => error instanceof Anthropic.BadRequestError && error.error.error.metadata.field === 'temperature');
    });
  });
}
