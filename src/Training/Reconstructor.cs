using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>Runs a trained model on images: the forward pass alone, compiled for one batch size.</summary>
public sealed class Reconstructor : IDisposable
{
    readonly Plan _plan;
    readonly Tensor _images, _output;
    readonly MaskTensors? _maskTensors;
    readonly int _batch;
    readonly float[] _input;

    /// <summary>Compiles the forward pass over the parameters of a session or a checkpoint.</summary>
    public Reconstructor(Reconstruction objective, Shape image, int batch, IBackend backend, Parameters parameters)
    {
        (Objective, Image, _batch) = (objective, image, batch);
        var graph = new Graph();
        _images = graph.Add(new Input("images", image.Batch(batch)));
        if (objective.Masked is not null)
            _maskTensors = MaskTensors.Inputs(graph, image, batch);
        Masks = objective.Occlusion?.Masks(image);
        _output = objective.Output(_images, new Scope(parameters), _maskTensors);
        _plan = Plan.Compile(graph, [_output], backend, parameters, lasting: true);
        _input = new float[image.Batch(batch).Count];
        _maskTensors?.Number(_plan);
    }

    /// <summary>The model and its task.</summary>
    public Reconstruction Objective { get; }

    /// <summary>The size of one image.</summary>
    public Shape Image { get; }

    /// <summary>What is hidden: image number i of a set has mask number i, beginning again behind the last. Null if nothing is.</summary>
    public MaskSet? Masks { get; }

    /// <summary>The model's outputs for bytes of whole images, image by image, as it gives them: not clamped to [0, 1].</summary>
    /// <param name="images">Images of the model's size.</param>
    /// <param name="first">The first one's number in its set, which decides what is hidden of it.</param>
    public float[] Run(ImageSet images, int first = 0)
    {
        if (images.Image != Image) throw new ShapeException($"images are {images.Image}, the model takes {Image}");
        int size = (int)Image.Count;
        var result = new float[checked(images.Count * size)];
        var output = new float[_input.Length];
        for (int start = 0; start < images.Count; start += _batch)
        {
            int count = Math.Min(_batch, images.Count - start);
            ReadOnlySpan<byte> bytes = images.Pixels.Span.Slice(start * size, count * size);
            for (int i = 0; i < bytes.Length; i++) _input[i] = bytes[i] / 255f;
            _plan.Write<float>(_images, _input);
            if (_maskTensors is not null) _plan.Write<byte>(_maskTensors.Masks, Masks!.From(first + start, _batch));
            _plan.Run();
            _plan.Read<float>(_output, output);
            output.AsSpan(0, count * size).CopyTo(result.AsSpan(start * size));
        }

        return result;
    }

    /// <inheritdoc/>
    public void Dispose() => _plan.Dispose();
}
