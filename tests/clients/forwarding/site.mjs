// What the clients are driven against: a service that forwards to an upstream, and has presets.
import assert from 'node:assert/strict';
import { Service } from '../service.mjs';
import { Upstream } from './upstream.mjs';

const upstreamKey = 'sk-of-the-upstream';

export const weather = {
  type: 'function',
  function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
};

export const prompt = 'You answer questions about trains.';

// Each is created from a chat-completions body.
const presets = {
  trains: { model: 'acme/large', temperature: 0.25, max_tokens: 500, tools: [weather], system: prompt },
  claude: { model: 'claude-sonnet-5', temperature: 0.25, max_tokens: 500, tools: [weather], system: prompt },
  topic: { model: 'acme/large', system: 'You answer questions about {{topic}}.' },
  locked: { model: 'acme/large', temperature: 0.25, system: prompt },
};

/** The limit of a test. */
export const bounded = { timeout: 60_000 };

export class Site {
  upstream = new Upstream();

  constructor(engine) {
    this.service = new Service(engine, {
      // Anthropic's own models go to it by themselves, as Claude Code's do.
      Upstreams__anthropic__Kind: 'anthropic',
      Upstreams__anthropic__Key: upstreamKey,
      Upstreams__anthropic__Prefixes: 'claude-',
      Upstreams__router__Kind: 'openrouter',
      Upstreams__router__Key: upstreamKey,
    });
  }

  /** The base URL of OpenAI's and OpenRouter's clients. */
  get url() {
    return this.service.url;
  }

  /** The base URL of Anthropic's clients. */
  get anthropicUrl() {
    return this.url.replace(/\/v1$/, '');
  }

  get key() {
    return this.service.key;
  }

  async start() {
    await this.upstream.start();
    this.service.env.Upstreams__anthropic__BaseUrl = `${this.upstream.url}/api`;
    this.service.env.Upstreams__router__BaseUrl = `${this.upstream.url}/api/v1`;
    await this.service.start();
    for (const [slug, { system, ...config }] of Object.entries(presets)) {
      await this.#send('POST', `${slug}/chat/completions`, {
        ...config, messages: [{ role: 'system', content: system }],
      });
    }
    await this.#send('PATCH', 'locked', { locked: ['temperature'] });
  }

  async stop() {
    try {
      await this.service.end();
    } finally {
      await this.upstream.stop();
    }
  }

  /** The call that the upstream got last, which has no key but its own. */
  lastCall() {
    const { headers, ...call } = this.upstream.last;
    assert.equal(headers['x-api-key'] ?? headers.authorization?.replace('Bearer ', ''), upstreamKey);
    assert.doesNotMatch(JSON.stringify({ headers, ...call }), new RegExp(this.key));
    return { headers, ...call };
  }

  async #send(method, path, body) {
    const answer = await fetch(`${this.url}/presets/${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.key}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.equal(answer.status, 200, await answer.text());
  }
}
