namespace GeneratingImages.Training;

/// <summary>A data set as it is trained on, in three parts, and where they came from.</summary>
/// <param name="Name">The data set's name: mnist, cifar100, lfw, or digits for the built-in ones.</param>
/// <param name="Train">What the weights are fitted to.</param>
/// <param name="Validation">What choices are made by; where nothing is chosen, it may be the test part.</param>
/// <param name="Test">What is reported.</param>
/// <param name="Source">One line for a person: the files and their state.</param>
/// <param name="Fingerprint">SHA-256 (hex) over the three parts' sizes and pixels; a resumed run must find the same.</param>
public sealed record DataSplit(string Name, ImageSet Train, ImageSet Validation, ImageSet Test, string Source, string Fingerprint);
