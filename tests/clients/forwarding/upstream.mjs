// A provider of models: it records what it is asked, and answers each dialect in as much detail as its clients ask for.
import { once } from 'node:events';
import { createServer } from 'node:http';

export const text = 'The 9:40 is on time.';
const words = text.match(/\S+\s?/g);

export class Upstream {
  calls = [];

  /** Answers the next call, in place of the usual answer. */
  script = null;

  #server = createServer((request, response) => this.#take(request, response).catch(error => response.destroy(error)));

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  get last() {
    return this.calls.at(-1);
  }

  async start() {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Refuses the next call. */
  refuse(status, error, headers = {}) {
    this.script = (call, response) => json(response, error, status, headers);
  }

  /** Breaks the next stream off after some of its events. */
  breakAfter(events) {
    this.script = async (call, response) => {
      await send(response, answers[call.route].events(call.body.model).slice(0, events));
      response.destroy();
    };
  }

  async #take(request, response) {
    const { pathname, search } = new URL(request.url, this.url);
    let body = '';
    for await (const part of request.setEncoding('utf8'))
      body += part;
    const route = pathname.match(/^\/api\/v1(\/.*)$/)?.[1] ?? pathname;
    const call = { route, search, headers: request.headers, body: body && JSON.parse(body) };
    const script = this.script ?? usual;
    // The list of models is asked for by the service, when it likes.
    if (request.method === 'POST') {
      this.calls.push(call);
      this.script = null;
    }
    await (request.method === 'POST' ? script : usual)(call, response);
  }
}

/** All that an answer yields. Array.fromAsync is not in every Node.js that is supported. */
export async function collect(answer) {
  const all = [];
  for await (const each of answer)
    all.push(each);
  return all;
}

async function usual({ route, body }, response) {
  const answer = answers[route];
  if (!answer)
    return json(response, { error: { code: 404, message: `There is no ${route}.` } }, 404);
  if (!body.stream)
    return json(response, answer.plain(body.model));
  await send(response, answer.events(body.model));
  response.end();
}

function json(response, value, status = 200, headers = {}) {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(value));
}

async function send(response, events) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  for (const { event, data } of events) {
    const name = event ? `event: ${event}\n` : '';
    const more = response.write(`${name}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);
    if (!more)
      await once(response, 'drain');
    // Each in a packet of its own.
    await new Promise(setImmediate);
  }
}

const named = data => ({ event: data.type, data });

const chatUsage = { prompt_tokens: 20, completion_tokens: 5, total_tokens: 25 };

const chat = {
  plain: model => ({
    id: 'gen-1', object: 'chat.completion', created: 1_750_000_000, model, system_fingerprint: null,
    choices: [{
      index: 0, finish_reason: 'stop', logprobs: null, message: { role: 'assistant', content: text, refusal: null },
    }],
    usage: chatUsage,
  }),
  events: model => {
    const chunk = (delta, finish_reason, more) => ({
      data: {
        id: 'gen-1', object: 'chat.completion.chunk', created: 1_750_000_000, model,
        choices: [{ index: 0, delta, finish_reason, logprobs: null }], ...more,
      },
    });
    return [
      ...words.map(content => chunk({ role: 'assistant', content }, null)),
      chunk({}, 'stop', { usage: chatUsage }),
      { data: '[DONE]' },
    ];
  },
};

const message = (model, content, more) => ({
  id: 'msg_1', type: 'message', role: 'assistant', model, content, stop_reason: null, stop_sequence: null,
  usage: { input_tokens: 20, output_tokens: 1 }, ...more,
});

const messages = {
  plain: model => message(model, [{ type: 'text', text }], {
    stop_reason: 'end_turn', usage: { input_tokens: 20, output_tokens: 5 },
  }),
  events: model => [
    { type: 'message_start', message: message(model, []) },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ...words.map(word => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: word } })),
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 5 },
    },
    { type: 'message_stop' },
  ].map(named),
};

const part = told => ({ type: 'output_text', text: told, annotations: [], logprobs: [] });

const item = (status, content) => ({ id: 'item_1', type: 'message', role: 'assistant', status, content });

const response = (model, status, output) => ({
  id: 'resp_1', object: 'response', created_at: 1_750_000_000, model, status, output,
  completed_at: null, error: null, incomplete_details: null, instructions: null, metadata: {},
  frequency_penalty: 0, presence_penalty: 0, temperature: 1, top_p: 1, parallel_tool_calls: true,
  tool_choice: 'auto', tools: [],
  usage: status === 'completed' ? {
    input_tokens: 20, input_tokens_details: { cached_tokens: 0 },
    output_tokens: 5, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: 25,
  } : null,
});

const responses = {
  plain: model => response(model, 'completed', [item('completed', [part(text)])]),
  events: model => {
    const place = { item_id: 'item_1', output_index: 0, content_index: 0 };
    return [
      { type: 'response.created', response: response(model, 'in_progress', []) },
      { type: 'response.output_item.added', output_index: 0, item: item('in_progress', []) },
      { type: 'response.content_part.added', ...place, part: part('') },
      ...words.map(delta => ({ type: 'response.output_text.delta', ...place, delta, logprobs: [] })),
      { type: 'response.output_text.done', ...place, text, logprobs: [] },
      { type: 'response.content_part.done', ...place, part: part(text) },
      { type: 'response.output_item.done', output_index: 0, item: item('completed', [part(text)]) },
      { type: 'response.completed', response: responses.plain(model) },
    ].map((event, number) => named({ ...event, sequence_number: number }));
  },
};

const answers = {
  '/chat/completions': chat,
  '/messages': messages,
  '/messages/count_tokens': { plain: () => ({ input_tokens: 42 }) },
  '/responses': responses,
  // As bare as that of vLLM and Ollama.
  '/models': { plain: () => ({ object: 'list', data: [{ id: 'acme/large', object: 'model' }] }) },
};
