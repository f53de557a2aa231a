using GeneratingImages.Tests.Figures;
using GeneratingImages.Tests.Runner;

namespace GeneratingImages.Tests.BadInputs;

[Collection("command line")]
public sealed class ReadOnlyFolderTests
{
    [Fact]
    [Trait("bad-input", "33")]
    public void A_folder_on_a_read_only_disk_is_refused_before_training()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("needs a small tmpfs");
        using var folder = new TemporaryFolder();
        string disk = Directory.CreateDirectory(folder["disk"]).FullName;
        if (Genimg.RunShell($"mount -t tmpfs -o size=4m none '{disk}'").Code != 0) Assert.Skip("a tmpfs cannot be mounted here");
        try
        {
            Assert.Equal(0, Genimg.Run(Genimg.Tiny(Path.Combine(disk, "run"))).Code);
            Assert.Equal(0, Genimg.RunShell($"mount -o remount,ro '{disk}'").Code);
            Genimg.Run(Genimg.Tiny(Path.Combine(disk, "new"))).Refused(2, Path.Combine(disk, "new"), "--out");
            Genimg.Run("train", "--resume", Path.Combine(disk, "run"), "--epochs", "3")
                .Refused(2, Path.Combine(disk, "run"), "copy the run to a folder you may write to");
            Assert.Equal(0, Genimg.Run("evaluate", Path.Combine(disk, "run")).Code);
        }
        finally
        {
            Genimg.RunShell($"umount '{disk}'");
        }
    }
}
