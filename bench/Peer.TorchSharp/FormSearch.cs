using GeneratingImages.Training;

namespace GeneratingImages.Peer;

/// <summary>Finds libtorch's fastest form for a cell by trying all.</summary>
static class FormSearch
{
    // Which form of the deep model wins depends on the shapes of one image and hardly on how many there are.
    const int LargestBatch = 16;

    const int WarmUpSteps = 2, Rounds = 3;

    const double ShortestTurnMs = 10;

    /// <summary>The form with the fastest step, the forms measured in turns.</summary>
    public static TorchForm Fastest(Cell cell)
    {
        Cell trial = cell.Model == ModelKind.Basic ? cell : cell with { Batch = Math.Min(cell.Batch, LargestBatch) };
        var start = new StartData(trial);
        using var scope = TorchSharp.torch.NewDisposeScope();
        IReadOnlyList<TorchForm> forms = TorchForm.For(cell.Model);
        TorchBest[] contenders = [.. forms.Select(form => new TorchBest(trial, start, form))];
        int[] turn = [.. contenders.Select(c => (int)Math.Ceiling(ShortestTurnMs / Fastest(c, 1, WarmUpSteps)))];
        var fastest = new double[forms.Count];
        Array.Fill(fastest, double.MaxValue);
        for (int round = 0; round < Rounds; round++)
            for (int i = 0; i < forms.Count; i++)
                fastest[i] = Math.Min(fastest[i], Fastest(contenders[i], turn[i], 1));
        return forms[Array.IndexOf(fastest, fastest.Min())];
    }

    static double Fastest(TorchBest contender, int steps, int rounds) =>
        Enumerable.Range(0, rounds).Min(_ => Times.Of(contender.Run, steps).Wall);
}
