using System.Text.Json;
using System.Text.Json.Serialization;
using GeneratingImages.Core;
using GeneratingImages.Cuda;
using GeneratingImages.Reference;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary>A model's layers, as <c>summary --json</c> prints them.</summary>
sealed record ModelDescription(RunSettings Settings, int[] Image, long Parameters, IReadOnlyList<LayerDescription> Layers)
{
    public static ModelDescription Of(RunSettings settings, Shape image, IReadOnlyList<LayerSummary> layers) => new(
        settings,
        image.ToArray(),
        layers.Sum(layer => layer.Parameters),
        [.. layers.Select(layer => new LayerDescription(layer.Path, layer.Description, layer.Output.ToArray(), layer.Parameters))]);
}

/// <summary>One layer.</summary>
sealed record LayerDescription(string Path, string Description, int[] Output, long Parameters);

/// <summary>What <c>check gradients --json</c> prints.</summary>
sealed record GradientCheckResult(bool Passed, double Tolerance, IReadOnlyList<GradientRow> Rows);

/// <summary>A data set, as <c>data list</c> shows it.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Image">Height, width, channels.</param>
/// <param name="Train">Training images.</param>
/// <param name="Validation">Validation images.</param>
/// <param name="Test">Test images.</param>
/// <param name="Place">Where its files are; null if they are nowhere.</param>
sealed record DataSetRow(string Name, string Title, int[] Image, int Train, int Validation, int Test, string? Place)
{
    public static DataSetRow Of(DataSetInfo info, string? folder) => new(
        info.Name, info.Title, info.Image.ToArray(), info.TrainCount, info.ValidationCount, info.TestCount,
        info.Files.Count == 0 ? "built in" : DataPlaces.Find(info, folder));
}

/// <summary>What <c>data get --json</c> prints.</summary>
sealed record FetchedDataSet(string DataSet, IReadOnlyList<DataStore.StoredFile> Files);

/// <summary>What <c>data list --json</c> prints.</summary>
sealed record DataSetList(IReadOnlyList<DataSetRow> DataSets);

/// <summary>What <c>devices --json</c> prints.</summary>
sealed record DeviceList(string Cpu, CudaInstallation Cuda);

/// <summary>What <c>export --json</c> prints.</summary>
sealed record ExportedModel(string Run, IReadOnlyList<ExportedFile> Files);

/// <summary>What <c>encode --json</c> prints: the file that was written, or the codes.</summary>
sealed record EncodedImages(string Run, int Latent, int Count, string? File, IReadOnlyList<EncodedImage>? Codes);

/// <summary>The code of one image.</summary>
sealed record EncodedImage(string Image, float[] Code);

/// <summary>What <c>walk --json</c> prints.</summary>
sealed record WalkPicture(string Run, string From, string To, int Steps, string File);

/// <summary>The JSON of commands that have no result of the library's own.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ModelDescription))]
[JsonSerializable(typeof(GradientCheckResult))]
[JsonSerializable(typeof(ReconstructionFiles))]
[JsonSerializable(typeof(DataSetList))]
[JsonSerializable(typeof(FetchedDataSet))]
[JsonSerializable(typeof(DeviceList))]
[JsonSerializable(typeof(ExportedModel))]
[JsonSerializable(typeof(EncodedImages))]
[JsonSerializable(typeof(DecodedFiles))]
[JsonSerializable(typeof(WalkPicture))]
sealed partial class RunnerJson : JsonSerializerContext
{
    public static string Of(ModelDescription model) => JsonSerializer.Serialize(model, Default.ModelDescription);

    public static string Of(GradientCheckResult result) => JsonSerializer.Serialize(result, Default.GradientCheckResult);

    public static string Of(ReconstructionFiles files) => JsonSerializer.Serialize(files, Default.ReconstructionFiles);

    public static string Of(string dataSet, IReadOnlyList<DataStore.StoredFile> files) =>
        JsonSerializer.Serialize(new FetchedDataSet(dataSet, files), Default.FetchedDataSet);

    public static string Of(ExportedModel model) => JsonSerializer.Serialize(model, Default.ExportedModel);

    public static string Of(EncodedImages codes) => JsonSerializer.Serialize(codes, Default.EncodedImages);

    public static string Of(DecodedFiles files) => JsonSerializer.Serialize(files, Default.DecodedFiles);

    public static string Of(WalkPicture picture) => JsonSerializer.Serialize(picture, Default.WalkPicture);

    public static string Of(DeviceList devices) => JsonSerializer.Serialize(devices, Default.DeviceList);

    public static string Of(IReadOnlyList<DataSetRow> rows) => JsonSerializer.Serialize(new DataSetList(rows), Default.DataSetList);
}
