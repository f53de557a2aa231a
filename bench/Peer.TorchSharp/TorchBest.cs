using GeneratingImages.Core;
using GeneratingImages.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;
using Shape = GeneratingImages.Core.Shape;
using Tensor = TorchSharp.torch.Tensor;

namespace GeneratingImages.Peer;

/// <summary>libtorch at its best: functions on bare tensors, channels-last, in-place ReLU, fused Adam, in the form given. Its tensors belong to the dispose scope it is made in.</summary>
sealed class TorchBest : IContender
{
    readonly Cell _cell;
    readonly TorchForm _form;
    readonly Shape _image;
    readonly Tensor[] _weights;
    readonly Tensor _images;
    readonly FusedAdam? _adam;
    readonly DenseScript? _script;
    readonly int _convolutions, _deconvolutions;

    public TorchBest(Cell cell, StartData start, TorchForm form)
    {
        (_cell, _form, _image) = (cell, form, cell.Image);
        bool training = cell.Work == Work.Step;
        Weight[] filters = [.. start.Weights.Where(w => w.Shape.Rank == 4)];
        _convolutions = filters.Count(w => w.Path.StartsWith("encoder/", StringComparison.Ordinal));
        _deconvolutions = filters.Length - _convolutions;
        using (no_grad())
        {
            _images = TorchWeights.Images(cell, start, form.ChannelsLast);
            _weights = [.. start.Weights.Select((w, i) => Place(w, i).requires_grad_(training))];
        }

        if (training) _adam = new FusedAdam(_weights);
        if (form.Script) _script = new DenseScript(cell, _weights, _adam);
    }

    public void Run()
    {
        using var scope = NewDisposeScope();
        if (_script is not null) _script.Run(_images);
        else if (_adam is null)
        {
            using var _ = inference_mode();
            Forward();
        }
        else
        {
            mse_loss(Forward(), _images).backward();
            _adam.Step();
        }
    }

    public double Loss()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return mse_loss(Forward().to_type(ScalarType.Float64), _images.to_type(ScalarType.Float64)).item<double>();
    }

    Tensor Forward() => _cell.Model == ModelKind.Basic ? Basic() : Deep();

    Tensor Basic() => Pixels(Dense(Dense(Flat(_images), 0), 1));

    Tensor Deep()
    {
        long padding = _cell.Kernel / 2;
        Tensor x = _images;
        for (int i = 0; i < _convolutions; i++)
            x = max_pool2d(conv2d(x, _weights[2 * i], _weights[2 * i + 1], [1, 1], [padding, padding]).relu_(), 2);
        x = Pixels(Dense(Dense(Flat(x), _convolutions), _convolutions + 1));
        for (int i = 0; i < _deconvolutions; i++)
        {
            Tensor filter = _weights[2 * (_convolutions + 2 + i)], bias = _weights[2 * (_convolutions + 2 + i) + 1];
            x = HowTo(i) switch
            {
                Deconv.Native => conv_transpose2d(x, filter, bias, [1, 1], [padding, padding]),
                Deconv.Conv => conv2d(x, filter, bias, [1, 1], [padding, padding]),
                _ => Unfolded(x, filter, bias, padding),
            };
            if (i < _deconvolutions - 1) x = x.relu_();
        }

        return x;
    }

    Tensor Dense(Tensor x, int layer) => linear(x, _weights[2 * layer], _weights[2 * layer + 1]);

    // Both views: nothing is copied where the memory is channels-last.
    Tensor Flat(Tensor x) => (_form.ChannelsLast ? x.permute(0, 2, 3, 1) : x).reshape(_cell.Batch, -1);

    Tensor Pixels(Tensor x) => _form.ChannelsLast
        ? x.view(_cell.Batch, _image[0], _image[1], _image[2]).permute(0, 3, 1, 2)
        : x.view(_cell.Batch, _image[2], _image[0], _image[1]);

    /// <summary>The windows as rows times the filter as a matrix; the result's memory is channels-last.</summary>
    Tensor Unfolded(Tensor x, Tensor filter, Tensor bias, long padding)
    {
        Tensor windows = unfold(x, _cell.Kernel, 1, padding, 1).transpose(1, 2);
        return linear(windows, filter.reshape(filter.shape[0], -1), bias)
            .view(_cell.Batch, _image[0], _image[1], filter.shape[0]).permute(0, 3, 1, 2);
    }

    Deconv HowTo(int layer) => layer == 0 ? _form.First : layer == _deconvolutions - 1 ? _form.Last : _form.Middle;

    Tensor Place(Weight weight, int index)
    {
        int layer = index / 2;
        if (weight.Shape.Rank == 4)
        {
            return layer < _convolutions
                ? TorchWeights.Conv(weight, _form.ChannelsLast)
                : TorchWeights.Deconv(weight, HowTo(layer - _convolutions - 2) != Deconv.Native, _form.ChannelsLast);
        }

        if (layer == _convolutions + 1) return TorchWeights.ToPixels(weight, _image, _form.ChannelsLast).contiguous();
        bool fromPixels = layer == _convolutions && weight.Shape.Rank == 2;
        return fromPixels
            ? TorchWeights.FromPixels(weight, _image[0] >> _convolutions, _image[1] >> _convolutions, _form.ChannelsLast).contiguous()
            : TorchWeights.Ours(weight);
    }
}
