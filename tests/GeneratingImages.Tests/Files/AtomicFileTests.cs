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
    [Trait("bad-input", "34")]
    public void Whichever_call_fails_the_old_checkpoint_or_the_new_one_is_there_whole()
    {
        StoredTensor[] Weights(float value) =>
        [
            StoredTensor.Of("a", Shape.Of(500), [.. Enumerable.Repeat(value, 500)]),
            StoredTensor.Of("b", Shape.Of(3), [value, value, value]),
        ];
        var texts = new Dictionary<string, string> { ["note"] = "old or new" };
        SafetensorsFile.Write(Target, texts, Weights(1));
        int failures = 0;
        for (int n = 1; ; n++)
        {
            var calls = new FailingCalls(n);
            float before = SafetensorsFile.Read(Target, checksumNeeded: true).Tensors["b"].ToFloats()[0];
            Exception? failure = Record.Exception(() => SafetensorsFile.Write(Target, texts, Weights(before + 1), calls));
            float after = SafetensorsFile.Read(Target, checksumNeeded: true).Tensors["b"].ToFloats()[0];
            Assert.Equal([Target], Directory.GetFileSystemEntries(_folder));
            Assert.Equal(failure is null ? before + 1 : before, after);
            Assert.Equal(calls.HasFailed, failure is IOException);
            if (failure is null) break;
            failures++;
        }

        // To create, to write length, header and two tensors, to flush, to rename.
        Assert.Equal(7, failures);
    }

    [Fact]
    [Trait("bad-input", "46")]
    public void A_dangling_link_is_followed_to_where_it_points()
    {
        string link = Path.Combine(_folder, "link");
        File.CreateSymbolicLink(link, Target);
        AtomicFile.WriteText(link, "new");
        Assert.Equal("new", File.ReadAllText(Target));
        Assert.NotNull(new FileInfo(link).LinkTarget);
    }

    [Fact]
    public void Leftovers_of_killed_writers_are_removed_and_nothing_else()
    {
        string[] kept = ["a.tmp", "b.12x.tmp", "12.tmp", "c.safetensors", "d.1.tmp.png"],
            left = ["checkpoint.safetensors.4711.tmp", "e.1.tmp"];
        foreach (string name in kept.Concat(left)) File.WriteAllText(Path.Combine(_folder, name), "");
        AtomicFile.RemoveLeftovers(_folder);
        Assert.Equal(kept.Order(), Directory.GetFiles(_folder).Select(Path.GetFileName).Order());
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
    [Trait("bad-input", "46")]
    public void A_folder_or_device_is_never_replaced()
    {
        Assert.Throws<IOException>(() => AtomicFile.WriteText(_folder, "x"));
        if (!OperatingSystem.IsLinux()) Assert.Skip("needs /dev/null and /dev/full: the folder was refused");
        Assert.Throws<IOException>(() => AtomicFile.WriteText("/dev/null", "x"));
        string link = Path.Combine(_folder, "link");
        File.CreateSymbolicLink(link, "/dev/full");
        Assert.Throws<IOException>(() => AtomicFile.WriteText(link, "x"));
        Assert.True(File.Exists("/dev/full"));
    }
}
