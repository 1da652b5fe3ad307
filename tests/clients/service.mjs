// The service under test: a real process of the program that was built in Release, on a free port.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const program = join(repository, 'src/Silo/bin/Release/net10.0/Presets.Silo.dll');

export const newKey = () => `sk-preset-v1-${randomBytes(32).toString('hex')}`;

export class Service {
  key = newKey();
  managementKey = newKey();

  /** @param env Further variables of the environment: the settings that a test needs. */
  constructor(engine, env = {}) {
    this.engine = engine;
    this.env = env;
  }

  get url() {
    return `http://127.0.0.1:${this.port}/api/v1`;
  }

  /** Starts the process and returns when it is ready. A second start, after a stop, keeps the port and the data. */
  async start() {
    this.port ??= await freePort();
    this.output = '';
    this.process = spawn('dotnet', [program, '--urls', `http://127.0.0.1:${this.port}`], {
      cwd: repository,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...this.env,
        ConnectionStrings__Presets: this.engine.connectionString,
        Cluster__SiloPort: '0',
        Presets__BootstrapKey: this.key,
        Presets__BootstrapManagementKey: this.managementKey,
      },
    });
    for (const stream of [this.process.stdout, this.process.stderr])
      stream.setEncoding('utf8').on('data', text => { this.output = (this.output + text).slice(-20_000); });
    this.exit = new Promise(resolve => this.process.once('exit', (code, signal) => resolve(code ?? signal)));
    await this.#ready();
  }

  /** Ends the process as an operator does, and returns its exit status. */
  async stop() {
    this.process.kill('SIGTERM');
    const status = await Promise.race([this.exit, delay(20_000, 'still running', { ref: false })]);
    if (status === 'still running')
      this.process.kill('SIGKILL');
    return status;
  }

  // Stops it at the end of a suite, when it was started. It must exit with 0.
  async end() {
    if (this.process)
      assert.equal(await this.stop(), 0, `The service did not exit with 0 on SIGTERM. Its output:\n${this.output}`);
  }

  async #ready() {
    for (const end = Date.now() + 30_000; Date.now() < end; await delay(50)) {
      if (this.process.exitCode !== null)
        break;
      const response = await fetch(`http://127.0.0.1:${this.port}/health/ready`).catch(() => null);
      await response?.arrayBuffer();
      if (response?.status === 200)
        return;
    }
    this.process.kill('SIGKILL');
    throw new Error(`The service did not become ready. Its output:\n${this.output}`);
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
