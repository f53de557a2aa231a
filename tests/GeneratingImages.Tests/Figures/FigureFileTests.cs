using GeneratingImages.Training;

namespace GeneratingImages.Tests.Figures;

public class FigureFileTests
{
    [Fact]
    public void MakesFoldersAndLeavesOnlyTheFile()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Root, "a", "b c", "ü.png");
        ImageFile.Write(path, Skia.Slope(3, 3, 1));
        ImageFile.Write(path, Skia.Slope(5, 5, 1));
        Assert.Equal([path], Directory.GetFiles(folder.Root, "*", SearchOption.AllDirectories));
        Assert.Equal(5, ImageFile.Read(path).Height);
    }

    [Fact]
    public void AFileAsFolderIsNamed()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "x");
        string path = Path.Combine(folder["file"], "a.png");
        var e = Assert.Throws<UserException>(() => ImageFile.Write(path, Skia.Slope(3, 3, 1)));
        Assert.StartsWith($"{path}: cannot be written", e.Message);
        Assert.Equal("x", File.ReadAllText(folder["file"]));
    }

    [Fact]
    public void AFolderOrDeviceIsNotReplaced()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["a.png"]);
        Assert.Throws<UserException>(() => ImageFile.Write(folder["a.png"], Skia.Slope(3, 3, 1)));
        Assert.Equal([folder["a.png"]], Directory.GetFileSystemEntries(folder.Root));
        if (!File.Exists("/dev/full")) Assert.Skip("needs /dev/full: the folder was refused");
        Assert.Throws<UserException>(() => ImageFile.Write("/dev/full", Skia.Slope(3, 3, 1)));
        Assert.Equal(0, new FileInfo("/dev/full").Length);
    }

    [Fact]
    public void AFailedWriteLeavesTheOldFileWhole()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.svg"], "old");
        var e = Assert.Throws<UserException>(() => FigureFile.Write(folder["a.svg"], stream =>
        {
            stream.WriteByte(1);
            throw new IOException("No space left on device.");
        }));
        Assert.Contains("No space left on device", e.Message);
        Assert.Equal("old", File.ReadAllText(folder["a.svg"]));
        Assert.Equal([folder["a.svg"]], Directory.GetFiles(folder.Root));
    }

    [Fact]
    public void ALinkStaysALink()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["real.png"], "old");
        File.CreateSymbolicLink(folder["link.png"], folder["real.png"]);
        ImageFile.Write(folder["link.png"], Skia.Slope(4, 4, 3));
        Assert.NotNull(new FileInfo(folder["link.png"]).LinkTarget);
        Assert.Equal(4, ImageFile.Read(folder["real.png"]).Height);
    }
}
