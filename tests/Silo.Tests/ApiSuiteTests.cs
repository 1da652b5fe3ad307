using Presets.Api.Tests;

namespace Presets.Silo.Tests;

// The suites of one node, unchanged: whoever hosts a preset's writer, the API is the same.

[Collection(SiloCollection.Name)]
public sealed class SiloAuthenticationTests(SiloHosts hosts) : AuthenticationTests(hosts);

[Collection(SiloCollection.Name)]
public sealed class SiloKeyTests(SiloHosts hosts) : KeyTests(hosts);

[Collection(SiloCollection.Name)]
public sealed class SiloPresetTests(SiloHosts hosts) : PresetTests(hosts);

[Collection(SiloCollection.Name)]
public sealed class SiloVersionTests(SiloHosts hosts) : VersionTests(hosts);

[Collection(SiloCollection.Name)]
public sealed class SiloWorkspaceTests(SiloHosts hosts) : WorkspaceTests(hosts);
