// Vercel's AI SDK, with two of its providers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenRouter } from '@openrouter/ai-sdk-provider';
import { APICallError, generateText, streamText } from 'ai';
import { bounded, prompt, weather } from './site.mjs';
import { collect, text } from './upstream.mjs';

const asked = { prompt: 'Is the 9:40 late?', maxRetries: 0 };

export function ai(site) {
  const settings = () => ({ baseURL: site.url, apiKey: site.key });
  const models = {
    'chat completions of @ai-sdk/openai': () => createOpenAI(settings()).chat('@preset/trains'),
    'responses of @ai-sdk/openai': () => createOpenAI(settings())('@preset/trains'),
    '@openrouter/ai-sdk-provider': () => createOpenRouter(settings()).chat('@preset/trains'),
  };

  for (const [name, model] of Object.entries(models)) {
    test(`generateText with ${name}`, bounded, async () => {
      const answer = await generateText({ model: model(), ...asked });

      assert.equal(answer.text, text);
      assert.equal(answer.finishReason, 'stop');
      const { body } = site.lastCall();
      assert.equal(body.model, 'acme/large');
      assert.equal(body.temperature, 0.25);
      assert.equal(body.instructions ?? body.messages[0].content, prompt);
      assert.equal(body.tools[0].name ?? body.tools[0].function.name, weather.function.name);
    });

    test(`streamText with ${name}`, bounded, async () => {
      const stream = streamText({ model: model(), ...asked });

      assert.equal((await collect(stream.textStream)).join(''), text);
      assert.equal(await stream.finishReason, 'stop');
      assert.equal(site.lastCall().body.stream, true);
    });

    test(`an error with ${name}`, bounded, async () => {
      site.upstream.refuse(429, { error: { code: 429, message: 'Too fast.', type: 'rate_limit_exceeded' } });

      await assert.rejects(
        generateText({ model: model(), ...asked }),
        error => APICallError.isInstance(error) && error.statusCode === 429 && error.message === 'Too fast.');
    });
  }

  test('a preset that is not there', bounded, async () => {
    await assert.rejects(
      generateText({ model: createOpenRouter(settings()).chat('@preset/missing'), ...asked }),
      error => APICallError.isInstance(error) && error.message === 'Preset "missing" not found.');
  });
}
