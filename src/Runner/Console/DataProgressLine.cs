using System.Globalization;
using GeneratingImages.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GeneratingImages.Runner;

/// <summary>Long work on data as a live line: <c>reading CIFAR-100: 43 %</c>.</summary>
sealed class DataProgressLine(Action<IRenderable> show) : IProgress<DataProgress>
{
    string _shown = "";

    /// <inheritdoc/>
    public void Report(DataProgress value)
    {
        string text = value.Total > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{value.What}: {100 * value.Done / value.Total} %")
            : string.Create(CultureInfo.InvariantCulture, $"{value.What}: {value.Done / 1e6:F0} MB");
        if (text == _shown) return;
        _shown = text;
        show(new Text(text));
    }
}
