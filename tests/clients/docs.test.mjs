// The examples of the pages, as they stand but for the address and the keys.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { engines } from './engines.mjs';
import { Upstream } from './forwarding/upstream.mjs';
import { Service } from './service.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));

// Each with the headings whose examples are run, in the order of the page.
const pages = [
  ['README.md', ['Store a preset', 'Reference a preset']],
  ['docs/api.md', [
    'From a configuration', 'Options of a create', 'Changing a preset', 'Labels', 'Preconditions and retries',
    'Seeing what changed', 'Resolving requests', 'Models', 'Use of a preset',
  ]],
  ['docs/inference.md', ['Try it']],
  ['docs/upstreams.md', ['Configuring upstreams', 'Clients']],
  ['docs/operations.md', ['Archiving and purging']],
];

// A request that is refused ends an example. In place of Claude Code, curl asks what it would.
const strict = {
  sh: 'set -euo pipefail; curl() { command curl -sS --fail-with-body "$@"; }\n'
    + 'claude() { curl "$ANTHROPIC_BASE_URL/v1/messages?beta=true" -H "Authorization: Bearer $ANTHROPIC_AUTH_TOKEN"'
    + ' -H "Content-Type: application/json" -d "{\\"model\\": \\"$ANTHROPIC_MODEL\\", \\"messages\\": []}"; }\n',
  js: 'async function fetch(...request) {'
    + ' const answer = await globalThis.fetch(...request);'
    + ' if (!answer.ok) throw new Error(await answer.text());'
    + ' return answer; }\n',
};
const commands = { sh: ['bash'], js: ['node', '--input-type=module'] };

for (const { engine, skip } of engines) {
  describe(`the examples on ${engine.name}`, { skip }, () => {
    const upstream = new Upstream();
    let service;

    before(async () => {
      engine.start();
      await upstream.start();
      service = new Service(engine, {
        Upstreams__openrouter__Kind: 'openrouter',
        Upstreams__openrouter__Key: 'sk-of-the-upstream',
        Upstreams__openrouter__BaseUrl: `${upstream.url}/api/v1`,
      });
      await service.start();
    }, { timeout: 120_000 });

    after(async () => {
      await service?.stop();
      await upstream.stop();
      engine.stop();
    }, { timeout: 60_000 });

    for (const [page, headings] of pages) {
      test(`of ${page}`, { timeout: 60_000 }, async () => {
        const examples = examplesOf(page, headings);
        assert.ok(examples.length > 0);
        for (const { language, text } of examples) {
          const code = (strict[language] + text)
            .replaceAll('http://127.0.0.1:8080/api', service.url.replace(/\/v1$/, ''))
            .replaceAll('sk-preset-v1-...', service.key);
          const { status, output } = await run(commands[language], code);
          assert.equal(status, 0, `${text}\nended with ${status}:\n${output}`);
          assert.doesNotMatch(output, /"error"/, text);
        }
        for (const call of upstream.calls)
          assert.equal(call.body.model, 'openai/gpt-4o');
      });
    }

    const run = ([command, ...words], input) => new Promise((resolve, reject) => {
      const env = { ...process.env, KEY: service.key, MANAGEMENT_KEY: service.managementKey };
      const child = spawn(command, words, { cwd: folder, env }).on('error', reject);
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', text => { output += text; });
      child.on('close', status => resolve({ status, output }));
      child.stdin.end(input);
    });
  });
}

function examplesOf(page, headings) {
  const examples = [];
  const lines = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8').split('\n');
  let [depth, example] = [0, null];
  for (const line of lines) {
    if (example && line === '```') {
      example = null;
    } else if (example) {
      example.text += line + '\n';
    } else if (/^#+ /.test(line)) {
      const [hashes, title] = [line.indexOf(' '), line.slice(line.indexOf(' ') + 1)];
      // A heading counts with those below it.
      if (headings.includes(title))
        depth = hashes;
      else if (hashes <= depth)
        depth = 0;
    } else if (line.startsWith('```')) {
      example = { language: line.slice(3), text: '' };
      if (depth > 0 && example.language in commands)
        examples.push(example);
    }
  }
  return examples;
}
