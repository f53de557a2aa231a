using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>A data set that is known by name: what it is, how it is split and where its files are published.</summary>
/// <param name="Name">The name used on the command line.</param>
/// <param name="Title">The name for a person.</param>
/// <param name="Image">The size of an image as trained on: [height, width, channels].</param>
/// <param name="TrainCount">Images the weights are fitted to.</param>
/// <param name="ValidationCount">Images choices are made by.</param>
/// <param name="TestCount">Images that are reported on.</param>
/// <param name="Files">The published files; none for the built-in digits.</param>
/// <param name="Citation">Whom to cite, and the terms as far as they are stated.</param>
public sealed record DataSetInfo(
    string Name, string Title, Shape Image, int TrainCount, int ValidationCount, int TestCount, IReadOnlyList<DataFile> Files,
    string Citation)
{
    /// <summary>The names of the folders in which the files are looked for, besides the folder that was given itself.</summary>
    internal IReadOnlyList<string> Folders { get; init; } = [Name];
}

/// <summary>A published file.</summary>
/// <param name="Name">Its file name, as published.</param>
/// <param name="Bytes">Its length, or 0 where that is not known for certain.</param>
/// <param name="Sha256">Its SHA-256 in lower-case hexadecimal, or null where none is known.</param>
/// <param name="Md5">Its MD5, the digest its publisher or the common libraries state.</param>
/// <param name="Addresses">Where it can be fetched: mirrors that are known to answer first.</param>
/// <param name="IsOptional">Whether the images can be read without it: a file of labels, which is checked when it is there.</param>
public sealed record DataFile(
    string Name, long Bytes, string? Sha256, string? Md5, IReadOnlyList<Uri> Addresses, bool IsOptional = false);

/// <summary>How a data set is loaded.</summary>
public sealed record DataOptions
{
    /// <summary>The folder to look in first, or null to look only in $GENIMG_DATA and the user's cache.</summary>
    public string? Folder { get; init; }

    /// <summary>Only the first so many training images, or null for all. Validation and test keep their size.</summary>
    public int? Limit { get; init; }

    /// <summary>
    /// Whether images that choices are made by must not be those reported on: where a data set's validation and test parts are the same, an
    /// eighth of the training part validates instead.
    /// </summary>
    public bool HoldOut { get; init; }

    /// <summary>Whether decoded pixels are kept in, and taken from, the user's cache folder.</summary>
    public bool UseCache { get; init; } = true;
}
