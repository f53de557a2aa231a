using GeneratingImages.Training;

namespace GeneratingImages.Tests.Evaluation;

public class PublishedTests
{
    [Fact]
    public void Holds_every_published_row_once()
    {
        Assert.Equal(20, Published.Rows.Count);
        Assert.Equal(20, Published.Rows.Select(row => (row.DataSet, row.Task, row.Model, row.Latent)).Distinct().Count());
        Assert.All(Published.Rows, row => Assert.InRange(row.Mse, 0.003, 0.03));
    }

    [Fact]
    public void Finds_exact_rows_only()
    {
        Assert.Equal(0.0030, Published.Mse("mnist", ReconstructionTask.Rebuild, "deep", 32));
        Assert.Equal(0.0030, Published.Mse("mnist", ReconstructionTask.Rebuild, "deep", 32, kernel: 5));
        Assert.Null(Published.Mse("mnist", ReconstructionTask.Rebuild, "deep", 32, kernel: 3));
        Assert.Null(Published.Mse("mnist", ReconstructionTask.Rebuild, "deep", 33));
        Assert.Equal(0.0232, Published.Mse("cifar100", ReconstructionTask.Complete, "basic", 64));
        Assert.Null(Published.Mse("cifar100", ReconstructionTask.Complete, "basic", 32));
        Assert.Equal(0.0080, Published.Mse("lfw", ReconstructionTask.Complete, "deep", 64, kernel: 5));
        Assert.Null(Published.Mse("digits", ReconstructionTask.Rebuild, "basic", 32));
    }
}
