// The list of models as the published clients read it: presets in front of what a bare upstream lists.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { OpenRouter } from '@openrouter/sdk';
import OpenAI from 'openai';
import { engines } from './engines.mjs';
import { Service } from './service.mjs';

const bounded = { timeout: 60_000 };

// Rows as vLLM, Ollama and Anthropic have them.
const rows = [
  { id: 'llama', object: 'model', created: 1700000000, owned_by: 'vllm', max_model_len: 8192, parent: null },
  { id: 'bare' },
  { type: 'model', id: 'claude', display_name: 'Claude', created_at: '2025-02-19T00:00:00Z' },
];

const all = async pages => {
  const found = [];
  for await (const each of pages)
    found.push(each);
  return found;
};

for (const { engine, skip } of engines) {
  describe(`the list of models on ${engine.name}`, { skip }, () => {
    let service, upstream;

    before(async () => {
      upstream = createServer((_, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ object: 'list', data: rows }));
      });
      await new Promise(resolve => upstream.listen(0, '127.0.0.1', resolve));
      engine.start();
      const { port } = upstream.address();
      service = new Service(engine, { Upstreams__main__BaseUrl: `http://127.0.0.1:${port}/v1` });
      await service.start();
      const created = await fetch(`${service.url}/presets/support/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${service.key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'llama', messages: [{ role: 'system', content: 'Be terse.' }] }),
      });
      assert.equal(created.status, 200);
    }, { timeout: 120_000 });

    after(async () => {
      try {
        await service?.end();
      } finally {
        engine.stop();
        upstream?.close();
      }
    }, { timeout: 60_000 });

    test('@openrouter/sdk', bounded, async () => {
      const { models } = new OpenRouter({ serverURL: service.url, apiKey: service.key });

      const { result } = await models.list();
      const { data: count } = await models.count();

      assert.deepEqual(result.data.map(model => model.id), ['@preset/support', 'llama', 'bare', 'claude']);
      assert.deepEqual(result.data.map(model => model.contextLength), [8192, 8192, null, null]);
      assert.equal(count.count, 4);
    });

    test('openai', bounded, async () => {
      const client = new OpenAI({ baseURL: service.url, apiKey: service.key });

      const models = await all(client.models.list());

      assert.deepEqual(models.map(model => model.id), ['@preset/support', 'llama', 'bare', 'claude']);
      assert.deepEqual(models.map(model => model.owned_by), ['preset', 'vllm', 'unknown', 'unknown']);
    });

    test('@anthropic-ai/sdk', bounded, async () => {
      const client = new Anthropic({
        baseURL: service.url.replace(/\/v1$/, ''), apiKey: service.key, authToken: null,
      });

      const models = await all(client.models.list({ limit: 2 }));

      assert.deepEqual(models.map(model => model.id), ['anthropic/@preset/support', 'llama', 'bare', 'claude']);
      assert.deepEqual(models.map(model => model.display_name), ['support', 'llama', 'bare', 'Claude']);
      assert.deepEqual(new Set(models.map(model => model.lifecycle)), new Set(['active']));
    });
  });
}
