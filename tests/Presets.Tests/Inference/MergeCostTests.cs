using System.Diagnostics;
using System.Text;

namespace Presets.Tests;

public class MergeCostTests
{
    private const BodyKind Chat = BodyKind.ChatCompletions;

    private static readonly string Image = new('A', 8 << 20);

    [Theory]
    [InlineData(Chat, "\"messages\":[{\"role\":\"system\",\"content\":\"a\"},{\"content\":\"IMAGE\"}]")]
    [InlineData(Chat, "\"messages\":[{\"role\":\"user\",\"content\":[{\"image_url\":{\"url\":\"IMAGE\"}}]}]")]
    [InlineData(BodyKind.Messages, "\"system\":[{\"text\":\"IMAGE\"}],\"messages\":[\"IMAGE\"]")]
    [InlineData(BodyKind.Responses, "\"instructions\":\"IMAGE\",\"input\":[{\"image_url\":\"IMAGE\"}],\"x\":\"IMAGE\"")]
    public void Large_values_are_not_copied(BodyKind kind, string members)
    {
        var text = $"{{\"model\":\"@preset/s\",{members.Replace("IMAGE", Image, StringComparison.Ordinal)}}}";
        var body = Encoding.UTF8.GetBytes(text);
        var part = Merging.Part(kind, "{\"model\":\"p\",\"seed\":1}", "P");
        PresetMerge.Merge(InferenceRequest.Read(kind, body), part, MergeTarget.None);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var merged = PresetMerge.Merge(InferenceRequest.Read(kind, body), part, MergeTarget.None);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8192);
        Assert.True(merged.Length > Image.Length);
    }

    [Fact]
    public void A_request_without_a_reference_costs_next_to_no_memory()
    {
        var message = $"{{\"role\":\"user\",\"content\":\"{new string('a', 1000)}\"}}";
        var body = Encoding.UTF8.GetBytes($"{{\"model\":\"openai/gpt-5\",\"messages\":[{message}]}}");
        InferenceRequest.Read(Chat, body);
        var before = GC.GetAllocatedBytesForCurrentThread();

        InferenceRequest.Read(Chat, body);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024);
    }

    [Theory]
    [InlineData("{\"model\":\"m\",\"x\":[BULK0]}", "{},", 0)]
    [InlineData("{\"model\":\"m\",BULK\"x\":0}", "\"\":0,", 0)]
    [InlineData("{\"model\":\"@preset/s\",\"tools\":[BULK0]}", "{\"name\":\"A\"},", 0)]
    [InlineData("{\"model\":\"@preset/s\",\"messages\":[{\"role\":\"system\",\"content\":[BULK0]}]}", "{},", 0)]
    [InlineData("{\"model\":\"@preset/s\",\"provider\":{BULK\"x\":0}}", "\"N\":0,", 400)]
    [InlineData("{\"model\":\"@preset/s\",BULK\"x\":0}", "\"N\":0,", 400)]
    [InlineData("{\"model\":\"@preset/sBULK\"}", ":free", 400)]
    [InlineData("{\"model\":\"@preset/s\",\"preset_variables\":{BULK\"x\":\"\"}}", "\"N\":\"\",", 400)]
    public void A_hostile_body_takes_time_in_proportion_to_its_size(string shape, string unit, int refused)
    {
        var bulk = string.Concat(Enumerable.Range(0, (4 << 20) / unit.Length).Select(i => unit.Replace(
            "N", i.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)));
        var body = Encoding.UTF8.GetBytes(shape.Replace("BULK", bulk, StringComparison.Ordinal));
        var tools = string.Join(',', Enumerable.Range(0, 500).Select(i => $"{{\"name\":\"t{i}\"}}"));
        var part = Merging.Part(
            Chat, $"{{\"model\":\"p\",\"tools\":[{tools}],\"provider\":{{\"only\":[]}}}}", "P{{a}}", "provider.only");
        var watch = Stopwatch.StartNew();

        var refusal = Record.Exception(() =>
        {
            var request = InferenceRequest.Read(Chat, body);
            if (request.Reference is not null)
                PresetMerge.Merge(request, part, MergeTarget.None);
        });

        Assert.Equal(refused, refusal is Refusal ? 400 : 0);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }
}
