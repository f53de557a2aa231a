namespace GeneratingImages.Training;

/// <summary>Mean squared errors of completed test images, pixels in [0, 1].</summary>
/// <param name="TestMse">Over all pixels, those of the known rows too: the figure the article reports.</param>
/// <param name="HiddenMse">Over the hidden pixels alone.</param>
/// <param name="PastedMse">Over all pixels once the known rows are copied into the prediction, which leaves them no error.</param>
public sealed record FloorReport(double TestMse, double HiddenMse, double PastedMse);
