namespace Presets.Tests;

/// <summary>A config made at random, and what edits at random make of it.</summary>
internal static class RandomConfig
{
    private static readonly string[] Names =
        ["a", "b", "name", "type", "tools", "a/b", "~", "~1", "", "é", "😀", "\"\n"];

    private static readonly string[] Scalars =
        ["0", "-0", "1", "1.0", "1e0", "true", "false", "null", "\"", "\"a", "\"é\\", "\"😀\"", "\"line\nline"];

    // The same identity may come back, in a tool that says something else.
    private static readonly string[] Tools =
    [
        """{"type":"function","function":{"name":"a","strict":true}}""",
        """{"type":"function","function":{"name":"b","parameters":{"type":"object","properties":{"x":{}}}}}""",
        """{"type":"function","name":"a","parameters":{"anyOf":[{"type":"a"},{"type":"b"}]}}""",
        """{"type":"openrouter:advisor","parameters":{"name":"a","model":"m"}}""",
        """{"type":"openrouter:advisor"}""",
        """{"type":"mcp","server_label":"a","allowed_tools":["x","y"]}""",
        """{"type":"namespace","name":"a","tools":[{"type":"function","name":"a"},{"type":"function","name":"b"}]}""",
        """{"name":"a","input_schema":{"type":"object"}}""",
        """{"type":"web_search_20250305","name":"web_search"}""",
        """{"type":"function"}""",
        """{"type":["odd"]}""",
        "{}",
    ];

    internal static JsonTree Make(Random random)
    {
        var config = Container(random, 4, isObject: true);
        var tools = new JsonTree();
        for (var i = random.Next(7); i > 0; i--)
            tools.Children.Add(("", Value(random, 0)));
        Add(config, "tools", tools, random);
        return config;
    }

    /// <summary>A copy with some edits.</summary>
    internal static JsonTree Edit(JsonTree config, Random random)
    {
        var edited = JsonTree.Parse(config.ToString());
        for (var i = random.Next(6); i > 0; i--)
        {
            var containers = edited.All().Where(tree => tree.Scalar is null).ToArray();
            EditOnce(containers[random.Next(containers.Length)], random);
        }
        return edited;
    }

    private static void EditOnce(JsonTree container, Random random)
    {
        var children = container.Children;
        var at = random.Next(children.Count + 1);
        if (at == children.Count)
        {
            Add(container, Names[random.Next(Names.Length)], Value(random, 2), random);
            return;
        }
        switch (random.Next(5))
        {
            case 0:
                children.RemoveAt(at);
                break;
            case 1:
                children[at] = (children[at].Name, Value(random, 2));
                break;
            case 2:
                var shuffled = children.ToArray();
                random.Shuffle(shuffled);
                children.Clear();
                children.AddRange(shuffled);
                break;
            case 3:
                var moved = children[at];
                children.RemoveAt(at);
                children.Insert(random.Next(children.Count + 1), moved);
                break;
            default:
                Add(container, Names[random.Next(Names.Length)], Value(random, 2), random);
                break;
        }
    }

    private static JsonTree Value(Random random, int depth) => random.Next(depth > 0 ? 5 : 3) switch
    {
        0 => new JsonTree { Scalar = Scalars[random.Next(Scalars.Length)] },
        1 or 2 => JsonTree.Parse(Tools[random.Next(Tools.Length)]),
        var kind => Container(random, depth, kind == 3),
    };

    private static JsonTree Container(Random random, int depth, bool isObject)
    {
        var container = new JsonTree { IsObject = isObject };
        var onlyTools = random.Next(2) == 0;
        for (var i = random.Next(6); i > 0; i--)
        {
            var value = !isObject && onlyTools
                ? JsonTree.Parse(Tools[random.Next(Tools.Length)])
                : Value(random, depth - 1);
            Add(container, Names[random.Next(Names.Length)], value, random);
        }
        return container;
    }

    private static void Add(JsonTree container, string name, JsonTree value, Random random)
    {
        if (container.IsObject && container.Children.Exists(child => child.Name == name))
            return;
        var at = random.Next(container.Children.Count + 1);
        container.Children.Insert(at, (container.IsObject ? name : "", value));
    }
}
