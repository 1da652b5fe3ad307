namespace Presets.Console;

/// <summary>Requests that use a preset, ready to paste. The key comes from the environment.</summary>
public static class PresetCalls
{
    /// <summary>Each with what it is written in.</summary>
    public static IReadOnlyList<(string Language, string Text)> Of(string baseUrl, string reference) =>
    [
        ("curl", $$"""
            curl {{baseUrl}}/api/v1/chat/completions \
              -H "Authorization: Bearer $PRESETS_KEY" \
              -H "Content-Type: application/json" \
              -d '{"model": "{{reference}}", "messages": [{"role": "user", "content": "Hello!"}]}'
            """),
        ("Python", $$"""
            import os
            from openai import OpenAI

            client = OpenAI(base_url="{{baseUrl}}/api/v1", api_key=os.environ["PRESETS_KEY"])
            answer = client.chat.completions.create(
                model="{{reference}}",
                messages=[{"role": "user", "content": "Hello!"}],
            )
            print(answer.choices[0].message.content)
            """),
        ("Node", $$"""
            import OpenAI from "openai";

            const client = new OpenAI({ baseURL: "{{baseUrl}}/api/v1", apiKey: process.env.PRESETS_KEY });
            const answer = await client.chat.completions.create({
              model: "{{reference}}",
              messages: [{ role: "user", content: "Hello!" }],
            });
            console.log(answer.choices[0].message.content);
            """),
        (".NET", $$"""
            using System.ClientModel;
            using OpenAI;
            using OpenAI.Chat;

            var key = new ApiKeyCredential(Environment.GetEnvironmentVariable("PRESETS_KEY")!);
            var options = new OpenAIClientOptions { Endpoint = new Uri("{{baseUrl}}/api/v1") };
            var client = new ChatClient("{{reference}}", key, options);
            ChatCompletion answer = client.CompleteChat("Hello!");
            Console.WriteLine(answer.Content[0].Text);
            """),
    ];

    /// <summary>A request that creates a first preset.</summary>
    public static string Create(string baseUrl, string slug) =>
        $$"""
        curl {{baseUrl}}/api/v1/presets/{{slug}}/chat/completions \
          -H "Authorization: Bearer $PRESETS_KEY" \
          -H "Content-Type: application/json" \
          -d '{"model": "openai/gpt-4o", "temperature": 0.2, "messages": [
                {"role": "system", "content": "You are terse."}]}'
        """;
}
