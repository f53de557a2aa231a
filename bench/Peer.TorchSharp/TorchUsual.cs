using GeneratingImages.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;
using Sequential = TorchSharp.Modules.Sequential;
using Tensor = TorchSharp.torch.Tensor;

namespace GeneratingImages.Peer;

/// <summary>
/// libtorch as it is usually written: a sequence of modules on [N,C,H,W], and the library's Adam. Its tensors belong to the
/// dispose scope it is made in.
/// </summary>
sealed class TorchUsual : IContender
{
    readonly Sequential _model;
    readonly Tensor _images;
    readonly optim.Optimizer? _optimizer;

    public TorchUsual(Cell cell, StartData start)
    {
        _images = TorchWeights.Images(cell, start, channelsLast: false);
        _model = nn.Sequential(cell.Model == ModelKind.Basic ? Basic(cell) : Deep(cell));
        using (no_grad())
        {
            Tensor[] parameters = [.. _model.parameters()];
            for (int i = 0; i < parameters.Length; i++) parameters[i].copy_(Place(start.Weights[i], i, cell));
        }

        // beta2 must be said: TorchSharp's default is 0.99.
        if (cell.Work == Work.Step) _optimizer = optim.Adam(_model.parameters(), Cell.LearningRate, Cell.Beta1, Cell.Beta2, Cell.Epsilon);
    }

    public void Run()
    {
        using var scope = NewDisposeScope();
        if (_optimizer is null)
        {
            using var _ = no_grad();
            _model.forward(_images);
            return;
        }

        _optimizer.zero_grad();
        Tensor loss = mse_loss(_model.forward(_images), _images);
        loss.backward();
        _optimizer.step();
    }

    public double Loss()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return mse_loss(_model.forward(_images).to_type(ScalarType.Float64), _images.to_type(ScalarType.Float64)).item<double>();
    }

    static List<nn.Module<Tensor, Tensor>> Basic(Cell cell) =>
    [
        nn.Flatten(),
        nn.Linear(cell.Image.Count, cell.Settings.Latent),
        nn.Linear(cell.Settings.Latent, cell.Image.Count),
        nn.Unflatten(1, [cell.Image[2], cell.Image[0], cell.Image[1]]),
    ];

    static List<nn.Module<Tensor, Tensor>> Deep(Cell cell)
    {
        var modules = new List<nn.Module<Tensor, Tensor>>();
        IReadOnlyList<int> channels = cell.Settings.Channels;
        int padding = cell.Kernel / 2, last = cell.Image[2];
        foreach (int count in channels)
        {
            modules.AddRange([nn.Conv2d(last, count, cell.Kernel, padding: padding), nn.ReLU(), nn.MaxPool2d(2)]);
            last = count;
        }

        long code = (long)(cell.Image[0] >> channels.Count) * (cell.Image[1] >> channels.Count) * last;
        modules.AddRange([nn.Flatten(), nn.Linear(code, cell.Settings.Latent), .. Basic(cell).Skip(2)]);
        last = cell.Image[2];
        foreach (int count in channels.SkipLast(1).Reverse())
        {
            modules.AddRange([nn.ConvTranspose2d(last, count, cell.Kernel, padding: padding), nn.ReLU()]);
            last = count;
        }

        modules.Add(nn.ConvTranspose2d(last, cell.Image[2], cell.Kernel, padding: padding));
        return modules;
    }

    static Tensor Place(Weight weight, int index, Cell cell)
    {
        int convolutions = cell.Model == ModelKind.Basic ? 0 : cell.Settings.Channels.Count, layer = index / 2;
        if (weight.Shape.Rank == 4)
        {
            return layer < convolutions
                ? TorchWeights.Conv(weight, channelsLast: false)
                : TorchWeights.Deconv(weight, asConvolution: false, channelsLast: false);
        }

        if (layer == convolutions + 1) return TorchWeights.ToPixels(weight, cell.Image, channelsLast: false);
        return layer == convolutions && weight.Shape.Rank == 2
            ? TorchWeights.FromPixels(weight, cell.Image[0] >> convolutions, cell.Image[1] >> convolutions, channelsLast: false)
            : TorchWeights.Ours(weight);
    }
}
