using System.Diagnostics;

namespace Presets.Testing;

/// <summary>A small disk of its own, which a test may fill or make read-only.</summary>
public sealed class Tmpfs : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("presets-disk-");

    public Tmpfs(int kilobytes)
    {
        if (Run("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", Path) != 0)
            throw new InvalidOperationException("no disk can be mounted");
    }

    /// <summary>Why no disk can be mounted here; null when one can.</summary>
    public static string? Missing { get; } = Probe();

    /// <summary>Where it is mounted.</summary>
    public string Path => folder.FullName;

    /// <summary>Takes all of its free space.</summary>
    public void Fill()
    {
        using var filler = File.Create(System.IO.Path.Combine(Path, "filler"));
        var block = new byte[4096];
        try
        {
            while (true)
            {
                filler.Write(block);
                filler.Flush();
            }
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    /// <summary>Gives the space back.</summary>
    public void Empty() => File.Delete(System.IO.Path.Combine(Path, "filler"));

    /// <summary>Takes writes no more. Nothing on it may be open for writing.</summary>
    public void MakeReadOnly()
    {
        if (Run("mount", "-o", "remount,ro", Path) != 0)
            throw new InvalidOperationException("the disk is in use");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Run("umount", "--lazy", Path);
        folder.Delete();
    }

    private static string? Probe()
    {
        try
        {
            using var disk = new Tmpfs(64);
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return "only root may mount a disk";
        }
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}

/// <summary>A fact that needs a <see cref="Tmpfs"/>; skipped where none can be mounted.</summary>
public sealed class TmpfsFactAttribute : FactAttribute
{
    public TmpfsFactAttribute() => Skip = Tmpfs.Missing;
}
