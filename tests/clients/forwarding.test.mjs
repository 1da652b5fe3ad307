// Requests that refer to a preset, made with nothing changed in the clients but base URL, key and model.
import { after, before, describe } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import Anthropic060 from 'anthropic-060';
import { engines } from './engines.mjs';
import { ai } from './forwarding/ai.mjs';
import { anthropic } from './forwarding/anthropic.mjs';
import { openai } from './forwarding/openai.mjs';
import { openRouter } from './forwarding/openrouter.mjs';
import { Site } from './forwarding/site.mjs';

for (const { engine, skip } of engines) {
  describe(`requests to an upstream on ${engine.name}`, { skip }, () => {
    const site = new Site(engine);

    before(async () => {
      engine.start();
      await site.start();
    }, { timeout: 120_000 });

    after(async () => {
      try {
        await site.stop();
      } finally {
        engine.stop();
      }
    }, { timeout: 60_000 });

    describe('openai', () => openai(site));
    describe('@anthropic-ai/sdk', () => anthropic(site, Anthropic));
    describe('@anthropic-ai/sdk 0.60', () => anthropic(site, Anthropic060));
    describe('@openrouter/sdk', () => openRouter(site));
    describe('ai', () => ai(site));
  });
}
