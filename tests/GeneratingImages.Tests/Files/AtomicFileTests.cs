using GeneratingImages.Core;

namespace GeneratingImages.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("genimg-atomic").FullName;

    string Target => Path.Combine(_folder, "target");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_nothing_else()
    {
        AtomicFile.WriteText(Target, "old");
        Assert.Throws<IOException>(() => AtomicFile.Write(Target, stream =>
        {
            stream.WriteByte(1);
            throw new IOException("disk full");
        }));
        Assert.Equal("old", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_link_is_followed()
    {
        string link = Path.Combine(_folder, "link");
        AtomicFile.WriteText(Target, "old");
        File.CreateSymbolicLink(link, Target);
        AtomicFile.WriteText(link, "new");
        Assert.Equal("new", File.ReadAllText(Target));
        Assert.NotNull(new FileInfo(link).LinkTarget);
    }

    [Fact]
    public void A_folder_or_device_is_never_replaced()
    {
        Assert.Throws<IOException>(() => AtomicFile.WriteText(_folder, "x"));
        if (!OperatingSystem.IsLinux()) return;
        Assert.Throws<IOException>(() => AtomicFile.WriteText("/dev/null", "x"));
        string link = Path.Combine(_folder, "link");
        File.CreateSymbolicLink(link, "/dev/full");
        Assert.Throws<IOException>(() => AtomicFile.WriteText(link, "x"));
        Assert.True(File.Exists("/dev/full"));
    }
}
