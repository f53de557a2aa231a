namespace GeneratingImages.Training;

/// <summary>
/// The test errors published in the article "Generating Images" (2020), or where noted in its notebooks: mean squared error over all
/// pixels in
/// [0, 1], the known rows of a completed image too.
/// </summary>
public static class Published
{
    /// <summary>One published figure.</summary>
    /// <param name="DataSet">mnist, cifar100 or lfw.</param>
    /// <param name="Task">Rebuild or complete.</param>
    /// <param name="Model">basic (one dense layer each way, no activation) or deep (convolutions).</param>
    /// <param name="Kernel">The edge of the deep model's kernels; null where there are none or it is not stated.</param>
    /// <param name="Latent">The latent size that was run.</param>
    /// <param name="Mse">The mean squared error on the test part.</param>
    /// <param name="Notes">Epochs and optimizer, and where article and notebook differ.</param>
    public sealed record Row(string DataSet, ReconstructionTask Task, string Model, int? Kernel, int Latent, double Mse, string Notes);

    const string Ran64 = "the article says latent 32, the notebook ran 64";

    /// <summary>All rows.</summary>
    public static IReadOnlyList<Row> Rows { get; } =
    [
        new("mnist", ReconstructionTask.Rebuild, "basic", null, 32, 0.0170, "20 epochs, Adam"),
        new("mnist", ReconstructionTask.Complete, "basic", null, 64, 0.0234, $"10 epochs, Adam; {Ran64}"),
        new("mnist", ReconstructionTask.Rebuild, "deep", 5, 32, 0.0030, "15 epochs, Adamax"),
        new("mnist", ReconstructionTask.Complete, "deep", 5, 32, 0.0150, "15 epochs, Adam"),
        new("mnist", ReconstructionTask.Complete, "deep", 5, 128, 0.0147, "15 epochs, Adam"),
        new("mnist", ReconstructionTask.Complete, "deep", 5, 512, 0.0146, "15 epochs, Adam"),
        new("lfw", ReconstructionTask.Rebuild, "basic", null, 32, 0.0056, "15 epochs, Adam"),
        new("lfw", ReconstructionTask.Complete, "basic", null, 64, 0.0078, $"more than 10 epochs, Adam; {Ran64}"),
        new("lfw", ReconstructionTask.Rebuild, "deep", 3, 16, 0.0068, "the small net, 25 epochs, Adam"),
        new("lfw", ReconstructionTask.Rebuild, "deep", 5, 32, 0.0052, "ELU, 15 epochs, Adamax"),
        new("lfw", ReconstructionTask.Rebuild, "deep", null, 64, 0.0038, "15 epochs, Adam"),
        new("lfw", ReconstructionTask.Complete, "deep", null, 64, 0.0080, "20 epochs, Adam"),
        new("lfw", ReconstructionTask.Complete, "deep", null, 128, 0.0076, "20 epochs, Adam"),
        new("lfw", ReconstructionTask.Complete, "deep", null, 512, 0.0075, "20 epochs, Adam; the article says 0.0078"),
        new("cifar100", ReconstructionTask.Rebuild, "basic", null, 32, 0.0132, "10 epochs, Adam; the notebook shows 0.0139"),
        new("cifar100", ReconstructionTask.Complete, "basic", null, 64, 0.0232, $"10 epochs, Adam; {Ran64}"),
        new("cifar100", ReconstructionTask.Rebuild, "deep", 5, 32, 0.0110, "15 epochs, Adamax; the notebook shows 0.0116"),
        new("cifar100", ReconstructionTask.Complete, "deep", 5, 64, 0.0234, "15 epochs, Adam"),
        new("cifar100", ReconstructionTask.Complete, "deep", 5, 128, 0.0231, "15 epochs, Adam"),
        new("cifar100", ReconstructionTask.Complete, "deep", 5, 512, 0.0228, "15 epochs, Adam"),
    ];

    /// <summary>The published row of exactly this data set, task, model and latent size, or null.</summary>
    /// <param name="dataSet">mnist, cifar100 or lfw.</param>
    /// <param name="task">Rebuild or complete.</param>
    /// <param name="model">basic or deep.</param>
    /// <param name="latent">The latent size.</param>
    /// <param name="kernel">If given, rows that state another kernel do not count.</param>
    public static Row? Find(string dataSet, ReconstructionTask task, string model, int latent, int? kernel = null) =>
        Rows.FirstOrDefault(row => row.DataSet == dataSet && row.Task == task && row.Model == model && row.Latent == latent
            && (kernel is null || row.Kernel is null || row.Kernel == kernel));

    /// <summary>The error of the row <see cref="Find"/> gives, or null.</summary>
    public static double? Mse(string dataSet, ReconstructionTask task, string model, int latent, int? kernel = null) =>
        Find(dataSet, task, model, latent, kernel)?.Mse;
}
