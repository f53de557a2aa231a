using GeneratingImages.Tests.Runner;

namespace GeneratingImages.Tests.Files;

/// <summary>
/// A disk of some megabytes in memory, to be filled up or written no more. Tests that need one skip where none can be mounted: that takes
/// Linux and the superuser.
/// </summary>
sealed class SmallDisk : IDisposable
{
    /// <summary>Mounts one on a new folder.</summary>
    public SmallDisk(string folder, int megabytes)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("needs a small tmpfs");
        Root = Directory.CreateDirectory(folder).FullName;
        bool mounted = Genimg.RunShell($"mount -t tmpfs -o size={megabytes}m none '{Root}'").Code == 0;
        if (!mounted) Assert.Skip("a tmpfs cannot be mounted here");
    }

    /// <summary>Its folder.</summary>
    public string Root { get; }

    /// <summary>The path of a file on it.</summary>
    public string this[string name] => Path.Combine(Root, name);

    /// <summary>Leaves no room.</summary>
    public void Fill() => Assert.NotEqual(0, Genimg.RunShell($"dd if=/dev/zero of='{this["filler"]}' bs=4096 2>/dev/null").Code);

    /// <summary>Makes room again.</summary>
    public void Free() => File.Delete(this["filler"]);

    /// <summary>Makes it read-only.</summary>
    public void Seal() => Assert.Equal(0, Genimg.RunShell($"mount -o remount,ro '{Root}'").Code);

    /// <inheritdoc/>
    public void Dispose() => Genimg.RunShell($"umount '{Root}'");
}
