// What an event of a streamed answer says, by the dialect of the answer.
export const read = {
  chat_completions(event) {
    const choice = event.choices?.[0];
    const said = choice?.delta ?? choice?.message;
    return {
      error: event.error ?? choice?.error,
      text: said?.content ?? said?.refusal,
      reasoning: said?.reasoning ?? said?.reasoning_content,
      calls: said?.tool_calls?.map((call, index) => (
        { at: call.index ?? index, name: call.function?.name, text: call.function?.arguments })),
      finish: choice?.finish_reason,
      input: event.usage?.prompt_tokens,
      output: event.usage?.completion_tokens,
    };
  },
  messages(event) {
    const { content_block: block, delta } = event;
    const usage = event.message?.usage ?? event.usage;
    const isCall = block?.type === "tool_use" || delta?.partial_json !== undefined;
    return {
      error: event.error,
      text: delta?.text,
      reasoning: delta?.thinking,
      calls: isCall ? [{ at: event.index, name: block?.name, text: delta?.partial_json }] : [],
      finish: delta?.stop_reason,
      input: usage?.input_tokens,
      output: usage?.output_tokens,
    };
  },
  responses(event) {
    const { type, delta, item, response } = event;
    const isCall = item?.type === "function_call" || type === "response.function_call_arguments.delta";
    const isEnd = ["completed", "incomplete", "failed"].includes(response?.status);
    return {
      error: response?.error ?? (type === "error" ? event.error ?? event : null),
      text: type === "response.output_text.delta" || type === "response.refusal.delta" ? delta : null,
      reasoning: type === "response.reasoning_summary_text.delta" ? delta : null,
      calls: isCall && type !== "response.output_item.done"
        ? [{ at: event.output_index, name: item?.name, text: delta }] : [],
      finish: isEnd ? response.incomplete_details?.reason ?? response.status : null,
      input: response?.usage?.input_tokens,
      output: response?.usage?.output_tokens,
    };
  },
};

// An answer that came whole, from an upstream that does not stream, as events.
export const eventsOf = {
  chat_completions: (whole) => [whole],
  messages: (whole) => [
    ...(whole.content ?? []).map((block, index) => ({
      index,
      content_block: block,
      delta: { ...block, partial_json: block.input && JSON.stringify(block.input) },
    })),
    { delta: { stop_reason: whole.stop_reason }, usage: whole.usage },
  ],
  responses: (whole) => [
    ...(whole.output ?? []).flatMap((item, output_index) => [
      { item, output_index, delta: item.arguments },
      ...(item.content ?? []).map((part) => (
        { type: "response.output_text.delta", delta: part.text ?? part.refusal })),
    ]),
    { response: whole },
  ],
};
