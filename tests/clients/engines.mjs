// The two databases the service runs on, each with a way to change its tables behind the service's back.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const privatePostgres = fileURLToPath(new URL('../private-postgres', import.meta.url));

const run = (command, ...args) =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

const has = (command, ...args) => {
  try {
    run(command, ...args);
    return true;
  } catch {
    return false;
  }
};

class Sqlite {
  name = 'SQLite';

  start() {
    this.folder = mkdtempSync(join(tmpdir(), 'presets-clients-'));
    this.file = join(this.folder, 'presets.db');
    this.connectionString = `Data Source=${this.file}`;
    this.cannotExecute = has('sqlite3', '--version') ? false : 'the command sqlite3 is not installed';
  }

  execute(sql) {
    run('sqlite3', '-cmd', '.timeout 5000', this.file, sql);
  }

  stop() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

class Postgres {
  name = 'Postgres';

  start() {
    this.folder = mkdtempSync(join(tmpdir(), 'presets-clients-'));
    this.bin = run(privatePostgres, 'bin');
    this.port = run(privatePostgres, 'start', this.folder);
    this.connectionString = `Host=127.0.0.1;Port=${this.port};Username=postgres;Database=postgres`;
    this.cannotExecute = existsSync(join(this.bin, 'psql')) ? false : 'the command psql is not installed';
  }

  execute(sql) {
    const server = ['-h', '127.0.0.1', '-p', this.port, '-U', 'postgres'];
    run(join(this.bin, 'psql'), ...server, '-qtA', '-v', 'ON_ERROR_STOP=1', '-c', sql);
  }

  stop() {
    run(privatePostgres, 'stop', this.folder);
  }
}

/** The engines to test, and why one of them cannot be. PRESETS_CLIENT_ENGINES=sqlite,postgres narrows the choice. */
export const engines = (process.env.PRESETS_CLIENT_ENGINES ?? 'sqlite,postgres').split(',').map(name =>
  name === 'sqlite' ? { engine: new Sqlite(), skip: false }
  : name === 'postgres' ? { engine: new Postgres(), skip: !has(privatePostgres, 'bin') && missingPostgres() }
  : unknownEngine(name));

function missingPostgres() {
  if (process.env.CI === 'true')
    throw new Error('Postgres may not be skipped with CI=true, and no server binaries were found');
  return 'no PostgreSQL server binaries were found';
}

function unknownEngine(name) {
  throw new Error(`PRESETS_CLIENT_ENGINES: there is no engine "${name}"`);
}
