// The published client, with nothing changed but its server URL and its key, against a real process on each engine.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { OpenRouter } from '@openrouter/sdk';
import { HTTPClient } from '@openrouter/sdk/lib/http.js';
import * as errors from '@openrouter/sdk/models/errors';
import { engines } from './engines.mjs';
import { Service, newKey } from './service.mjs';

const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather of a city',
    parameters: {
      type: 'object',
      properties: { unit: { type: 'string' }, city: { type: 'string' } },
      required: ['city'],
    },
  },
};

// The client retries a 5xx for up to an hour, and nothing here turns that off; this bound turns a hang into a failure.
const bounded = { timeout: 60_000 };

for (const { engine, skip } of engines) {
  describe(`@openrouter/sdk on ${engine.name}`, { skip }, () => {
    let service, management;

    const clientOf = key => new OpenRouter({ serverURL: service.url, apiKey: key });

    // A workspace of its own makes the lists of a test exact.
    const newWorkspace = async () => {
      const slug = `w-${randomUUID()}`;
      const { data: workspace } = await management.workspaces.create({ createWorkspaceRequest: { name: slug, slug } });
      const requestBody = { name: 'its key', workspaceId: workspace.id };
      const { data, key } = await management.apiKeys.create({ requestBody });
      return { workspace, hash: data.hash, key, client: clientOf(key) };
    };

    const chat = (client, slug, more = {}, options = undefined) => client.presets.createPresetsChatCompletions(
      { slug, chatRequest: { model: 'openai/gpt-4o', messages: [{ role: 'user', content: 'Hi' }], ...more } }, options);

    before(async () => {
      engine.start();
      service = new Service(engine);
      await service.start();
      management = clientOf(service.managementKey);
    }, { timeout: 120_000 });

    after(async () => {
      try {
        await service?.end();
      } finally {
        engine.stop();
      }
    }, { timeout: 60_000 });

    describe('creating', () => {
      test('with the name of an application in Latin-1', bounded, async () => {
        const { key } = await newWorkspace();
        const client = new OpenRouter({ serverURL: service.url, apiKey: key, appTitle: 'Caf\u00e9' });

        const { data } = await chat(client, 'titled');

        assert.equal(data.designatedVersion.version, 1);
      });

      test('from a chat-completions body', bounded, async () => {
        const slug = `chat-${randomUUID()}`;

        const { data } = await chat(clientOf(service.key), slug, {
          messages: [{ role: 'system', content: 'Be terse.' }, { role: 'user', content: 'Hi' }],
          temperature: 0.7,
          maxTokens: 150,
          tools: [weather],
          stream: false,
        });

        assert.equal(data.slug, slug);
        assert.equal(data.name, slug);
        assert.equal(data.status, 'active');
        assert.equal(data.description, null);
        assert.equal(data.statusUpdatedAt, null);
        assert.equal(data.designatedVersion.version, 1);
        assert.equal(data.designatedVersion.id, data.designatedVersionId);
        assert.equal(data.designatedVersion.presetId, data.id);
        assert.equal(data.designatedVersion.systemPrompt, 'Be terse.');
        assert.deepEqual(data.designatedVersion.config,
          { model: 'openai/gpt-4o', temperature: 0.7, max_tokens: 150, tools: [weather] });
      });

      test('from a messages body', bounded, async () => {
        const slug = `messages-${randomUUID()}`;

        const { data } = await clientOf(service.key).presets.createPresetsMessages({
          slug,
          messagesRequest: {
            model: 'anthropic/claude-sonnet-4',
            maxTokens: 1024,
            system: [{ type: 'text', text: 'You are kind.' }, { type: 'text', text: 'You are brief.' }],
            messages: [{ role: 'user', content: 'Hi' }],
            stopSequences: ['END'],
          },
        });

        assert.equal(data.designatedVersion.systemPrompt, 'You are kind.\nYou are brief.');
        assert.deepEqual(data.designatedVersion.config,
          { model: 'anthropic/claude-sonnet-4', max_tokens: 1024, stop_sequences: ['END'] });
      });

      test('from a responses body', bounded, async () => {
        const slug = `responses-${randomUUID()}`;

        const { data } = await clientOf(service.key).presets.createPresetsResponses({
          slug,
          responsesRequest: {
            model: 'openai/gpt-4o',
            input: 'Hi',
            instructions: 'Answer in French.',
            maxOutputTokens: 64,
          },
        });

        assert.equal(data.designatedVersion.systemPrompt, 'Answer in French.');
        // The client adds the service tier to every responses body.
        assert.deepEqual(data.designatedVersion.config,
          { model: 'openai/gpt-4o', max_output_tokens: 64, service_tier: 'auto' });
      });

      test('again makes the next version, and the designated one', bounded, async () => {
        const client = clientOf(service.key);
        const slug = `again-${randomUUID()}`;

        const first = await chat(client, slug, { temperature: 0 });
        const second = await chat(client, slug, { temperature: 1 });
        const current = await client.presets.get({ slug });

        assert.equal(second.data.id, first.data.id);
        assert.equal(second.data.designatedVersion.version, 2);
        assert.deepEqual(current.data, second.data);
      });

      test('a hundred times at once leaves no gap', bounded, async () => {
        const client = clientOf(service.key);
        const slug = `race-${randomUUID()}`;

        const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => chat(client, slug, { seed: i })));

        const numbers = answers.map(({ data }) => data.designatedVersion.version).sort((a, b) => a - b);
        assert.deepEqual(numbers, Array.from({ length: 100 }, (_, i) => i + 1));
      });

      test('with an idempotency key twice makes one version', bounded, async () => {
        const headersSeen = [];
        const httpClient = new HTTPClient().addHook('response', response => { headersSeen.push(response.headers); });
        const client = new OpenRouter({ serverURL: service.url, apiKey: service.key, httpClient });
        const slug = `idempotent-${randomUUID()}`;
        const options = { headers: { 'Idempotency-Key': randomUUID() } };

        const first = await chat(client, slug, { user: 'u-1' }, options);
        const second = await chat(client, slug, { user: 'u-1' }, options);

        assert.deepEqual(second.data.designatedVersion, first.data.designatedVersion);
        assert.equal(headersSeen[0].get('idempotent-replayed'), null);
        assert.equal(headersSeen[1].get('idempotent-replayed'), 'true');
        assert.match(headersSeen[0].get('x-ignored-fields'), /\buser\b/);
      });
    });

    describe('reading', () => {
      test('the list of presets page by page, newest first', bounded, async () => {
        const { client } = await newWorkspace();
        for (let i = 1; i <= 7; i++)
          await chat(client, `p${i}`);

        const pages = [];
        for await (const page of await client.presets.list({ limit: 3 }))
          pages.push(page.result);

        const slugs = pages.map(page => page.data.map(preset => preset.slug));
        assert.deepEqual(slugs, [['p7', 'p6', 'p5'], ['p4', 'p3', 'p2'], ['p1']]);
        assert.deepEqual(pages.map(page => page.totalCount), [7, 7, 7]);
      });

      test('the list of versions page by page, oldest first, to an empty last page', bounded, async () => {
        const { client } = await newWorkspace();
        for (let i = 1; i <= 6; i++)
          await chat(client, 'many', { seed: i });

        const pages = [];
        for await (const page of await client.presets.listVersions({ slug: 'many', limit: 2 }))
          pages.push(page.result);

        assert.deepEqual(pages.map(page => page.data.map(version => version.version)), [[1, 2], [3, 4], [5, 6], []]);
        assert.deepEqual(pages.flatMap(page => page.data.map(version => version.config.seed)), [1, 2, 3, 4, 5, 6]);
        assert.deepEqual(pages.map(page => page.totalCount), [6, 6, 6, 6]);
      });

      test('the lists without a limit, over the default page of 50', bounded, async () => {
        const { client } = await newWorkspace();
        await Promise.all(Array.from({ length: 60 }, (_, i) => chat(client, 'long', { seed: i })));

        const lengths = [];
        for await (const page of await client.presets.listVersions({ slug: 'long' }))
          lengths.push(page.result.data.length);

        assert.deepEqual(lengths, [50, 10]);
      });

      test('one version by its number', bounded, async () => {
        const client = clientOf(service.key);
        const slug = `numbered-${randomUUID()}`;
        const first = await chat(client, slug, { temperature: 0 });
        await chat(client, slug, { temperature: 1 });

        const { data } = await client.presets.getVersion({ slug, version: '1' });

        assert.deepEqual(data, first.data.designatedVersion);
      });
    });

    describe('keys', () => {
      test('live from create to delete', bounded, async () => {
        const { workspace } = await newWorkspace();
        const expiresAt = new Date('2099-12-31T23:59:59Z');
        const requestBody = { name: 'CI', workspaceId: workspace.id, expiresAt };

        const created = await management.apiKeys.create({ requestBody });
        const { hash } = created.data;
        const client = clientOf(created.key);
        const listed = await management.apiKeys.list({ workspaceId: workspace.id });
        const found = await management.apiKeys.get({ hash });
        const preset = await chat(client, 'by-the-new-key');
        const own = await client.apiKeys.getCurrentKeyMetadata();
        const renamed = await management.apiKeys.update({ hash, requestBody: { name: 'CI, renamed' } });
        const disabled = await management.apiKeys.update({ hash, requestBody: { disabled: true } });
        const enabledOnes = await management.apiKeys.list({ workspaceId: workspace.id });
        const allOfThem = await management.apiKeys.list({ workspaceId: workspace.id, includeDisabled: true });
        const deleted = await management.apiKeys.delete({ hash });

        assert.match(created.key, /^sk-preset-v1-[0-9a-f]{64}$/);
        assert.match(hash, /^[0-9a-f]{64}$/);
        assert.deepEqual(created.data.expiresAt, expiresAt);
        assert.equal(listed.data.length, 2);
        assert.ok(listed.data.some(key => key.hash === hash));
        assert.deepEqual(found.data, created.data);
        assert.equal(preset.data.workspaceId, workspace.id);
        assert.equal(own.data.workspaceId, workspace.id);
        assert.equal(own.data.label, created.data.label);
        assert.equal(own.data.isManagementKey, false);
        assert.equal(renamed.data.name, 'CI, renamed');
        assert.equal(disabled.data.disabled, true);
        assert.deepEqual([enabledOnes.data.length, allOfThem.data.length], [1, 2]);
        assert.equal(deleted.deleted, true);
        await assert.rejects(management.apiKeys.get({ hash }), errors.NotFoundResponseError);
        await eventuallyRejects(() => client.presets.list(), errors.UnauthorizedResponseError);
      });

      test('a management key knows that it is one', bounded, async () => {
        const { data } = await management.apiKeys.getCurrentKeyMetadata();

        assert.equal(data.isManagementKey, true);
      });
    });

    describe('workspaces', () => {
      test('live from create to delete', bounded, async () => {
        const slug = `team-${randomUUID()}`;

        const created = await management.workspaces.create({
          createWorkspaceRequest: { name: 'Team', slug, description: 'The team', defaultTextModel: 'openai/gpt-4o' },
        });
        const { id } = created.data;
        const byId = await management.workspaces.get({ id });
        const bySlug = await management.workspaces.get({ id: slug });
        const updated = await management.workspaces.update({ id, updateWorkspaceRequest: { name: 'Team A' } });
        const listed = [];
        for await (const page of await management.workspaces.list({ limit: 2 }))
          listed.push(...page.result.data);
        const deleted = await management.workspaces.delete({ id });

        assert.equal(created.data.slug, slug);
        assert.equal(created.data.description, 'The team');
        assert.equal(created.data.defaultTextModel, 'openai/gpt-4o');
        assert.deepEqual(byId.data, created.data);
        assert.deepEqual(bySlug.data, created.data);
        assert.equal(updated.data.name, 'Team A');
        assert.ok(listed.some(workspace => workspace.id === id));
        assert.equal(new Set(listed.map(workspace => workspace.id)).size, listed.length);
        assert.equal(deleted.deleted, true);
        await assert.rejects(management.workspaces.get({ id }), errors.NotFoundResponseError);
      });

      test('are closed to each other', bounded, async () => {
        const [mine, theirs] = [await newWorkspace(), await newWorkspace()];
        await chat(mine.client, 'mine');

        const { result } = await theirs.client.presets.list();

        assert.deepEqual(result.data, []);
        await assert.rejects(theirs.client.presets.get({ slug: 'mine' }), errors.NotFoundResponseError);
      });
    });

    describe('errors have their types', () => {
      const refusals = [
        ['a value out of bounds', { temperature: 3 }, 'temperature'],
        ['a preset inside a preset', { model: '@preset/other' }, 'model'],
      ];
      for (const [what, more, field] of refusals) {
        test(`400 on a create: ${what}`, bounded, async () => {
          const error = await rejection(chat(clientOf(service.key), `bad-${randomUUID()}`, more));

          assert.ok(error instanceof errors.BadRequestResponseError, error);
          assert.equal(error.statusCode, 400);
          assert.equal(error.error.code, 400);
          assert.equal(error.error.metadata.field, field);
          assert.match(error.error.metadata.reason, /^[a-z_]+$/);
        });
      }

      test('400 on a create: a slug that is none', bounded, async () => {
        const error = await rejection(chat(clientOf(service.key), 'a:b'));

        assert.ok(error instanceof errors.BadRequestResponseError, error);
      });

      test('400 on a list: a page out of range', bounded, async () => {
        const error = await rejection(clientOf(service.key).presets.list({ limit: 101 }));

        assert.ok(error instanceof errors.BadRequestResponseError, error);
      });

      test('401 on a create: an unknown key', bounded, async () => {
        const error = await rejection(chat(clientOf(newKey()), 'unauthorized'));

        assert.ok(error instanceof errors.UnauthorizedResponseError, error);
        assert.equal(error.error.code, 401);
        assert.match(error.headers.get('www-authenticate'), /^Bearer/);
      });

      test('403 on a create: a management key', bounded, async () => {
        const error = await rejection(chat(management, 'forbidden'));

        assert.ok(error instanceof errors.ForbiddenResponseError, error);
        assert.equal(error.error.code, 403);
      });

      test('409 on a create: an archived preset', bounded, async t => {
        if (engine.cannotExecute)
          return t.skip(engine.cannotExecute);
        const client = clientOf(service.key);
        const slug = `archived-${randomUUID()}`;
        await chat(client, slug);
        engine.execute(`update presets set status = 'archived', revision = revision + 1 where slug = '${slug}'`);

        const error = await rejection(chat(client, slug));

        assert.ok(error instanceof errors.ConflictResponseError, error);
        assert.equal(error.error.code, 409);
        assert.equal(error.error.metadata.reason, 'preset_archived');
      });

      test('404 on reads', bounded, async () => {
        const client = clientOf(service.key);
        const slug = `known-${randomUUID()}`;
        await chat(client, slug);

        const rejections = [
          await rejection(client.presets.get({ slug: 'unknown' })),
          await rejection(client.presets.listVersions({ slug: 'unknown' })),
          await rejection(client.presets.getVersion({ slug, version: '2' })),
          await rejection(management.apiKeys.get({ hash: 'f'.repeat(64) })),
          await rejection(management.workspaces.get({ id: randomUUID() })),
        ];

        for (const error of rejections) {
          assert.ok(error instanceof errors.NotFoundResponseError, error);
          assert.equal(error.error.code, 404);
        }
      });
    });

    test('a create waits out a restart of the service', bounded, async () => {
      const client = clientOf(service.key);
      const slug = `restart-${randomUUID()}`;
      await chat(client, slug);
      assert.equal(await service.stop(), 0);

      const pending = chat(client, slug, {}, { headers: { 'Idempotency-Key': randomUUID() } });
      await delay(300);
      await service.start();
      const { data } = await pending;

      assert.equal(data.designatedVersion.version, 2);
    });
  });
}

async function rejection(promise) {
  return promise.then(() => assert.fail('It was not refused'), error => error);
}

// A change of a key may take up to five seconds to be noticed.
async function eventuallyRejects(action, type) {
  for (const end = Date.now() + 6_000; Date.now() < end; await delay(100)) {
    const error = await action().then(() => null, error => error);
    if (error instanceof type)
      return;
    if (error)
      throw error;
  }
  assert.fail(`It was not refused with ${type.name} within six seconds`);
}
