// The console's editor is committed as one file: it must be what its sources and its lockfile make.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const sources = fileURLToPath(new URL('../../src/Console/Editor/', import.meta.url));
const committed = fileURLToPath(new URL('../../src/Console/Assets/editor.js', import.meta.url));

test('the editor of the console is what its sources make', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'presets-editor-'));
  try {
    cpSync(sources, folder, { recursive: true, filter: path => !path.includes('node_modules') });
    const run = (command, ...args) => execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    run('npm', 'ci', '--ignore-scripts');
    run('node', 'build.mjs', 'made.js');

    assert.ok(
      readFileSync(join(folder, 'made.js')).equals(readFileSync(committed)),
      'Assets/editor.js is of other sources: npm ci --ignore-scripts && npm run build in src/Console/Editor');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
