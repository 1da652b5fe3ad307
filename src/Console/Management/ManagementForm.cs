namespace Presets.Console;

/// <summary>What a management key does to keys and workspaces: announced first, and made when confirmed.</summary>
/// <param name="Route">Its address. <c>{id}</c> stands for the hash of a key, or the id of a workspace.</param>
/// <param name="Title">What it does, as a heading.</param>
/// <param name="Verb">What its button says.</param>
/// <param name="OpenAsync">
/// The form for what it is about as that is now. It throws a <see cref="Refusal"/> when there is no such.
/// </param>
internal sealed record ManagementForm(
    string Route, string Title, string Verb, Func<Visit, string, Task<FormDraft>> OpenAsync)
{
    /// <summary>The page with the list that it changes.</summary>
    public string List => Route.Split('/')[0];
}

/// <summary>A form, ready to be filled in.</summary>
/// <param name="Name">What it is about; null when that is yet to be made.</param>
/// <param name="Inputs">What is to be said.</param>
/// <param name="Initial">What the fields hold when nobody has typed yet.</param>
/// <param name="State">
/// A text that changes whenever the key or workspace does; empty when that is yet to be made.
/// </param>
/// <param name="ChangeOf">The change that the fields ask for. It throws a <see cref="Refusal"/>.</param>
internal sealed record FormDraft(
    string? Name,
    IReadOnlyList<Input> Inputs,
    IReadOnlyDictionary<string, string> Initial,
    string State,
    Func<Fields, PlannedChange> ChangeOf)
{
    /// <summary>A form that has nothing to fill in.</summary>
    public static FormDraft Of(string name, string state, PlannedChange change) =>
        new(name, [], new Dictionary<string, string>(), state, _ => change);
}

/// <summary>A change that is not made yet.</summary>
/// <param name="Lines">What it will do; empty when that is nothing.</param>
/// <param name="MakeAsync">
/// Makes it. With the same idempotency, nothing is made twice. It throws a <see cref="Refusal"/>.
/// </param>
internal sealed record PlannedChange(IReadOnlyList<EffectLine> Lines, Func<Idempotency, Task<Reply>> MakeAsync);

/// <summary>A form as it is shown.</summary>
/// <param name="Name">What it is about; null when that is yet to be made.</param>
/// <param name="Action">Where it is sent to.</param>
/// <param name="Back">The page with the list that it changes.</param>
/// <param name="State">As <see cref="FormDraft.State"/>.</param>
/// <param name="RequestId">Its idempotency: the form, sent twice, makes its change once.</param>
public sealed record FormView(
    string Title,
    string? Name,
    string Verb,
    string Action,
    string Back,
    IReadOnlyList<Input> Inputs,
    Fields Fields,
    string State,
    Guid RequestId)
{
    /// <summary>What it will do.</summary>
    public IReadOnlyList<EffectLine> Lines { get; init; } = [];

    /// <summary>What it will do, as the form says it back.</summary>
    public string Announced => string.Join('\n', Lines);

    /// <summary>Whether it was sent, so that it is worth saying that nothing would change.</summary>
    public bool IsSent { get; init; }

    /// <summary>Why it cannot be done.</summary>
    public string? Error { get; init; }

    /// <summary>What is to be said above it.</summary>
    public string? Notice { get; init; }

    /// <summary>Whether somebody else changed what it is about since it was shown.</summary>
    public bool IsOvertaken { get; init; }
}
