using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>A part of a run's model with its weights, compiled for a batch size.</summary>
public sealed class CompiledPart : IDisposable
{
    readonly ModelPart _part;
    readonly Parameters _parameters;
    readonly Plan _plan;
    readonly MaskSet? _masks;
    readonly float[] _input, _output;
    readonly int _batch;

    CompiledPart(ModelPart part, Parameters parameters, Plan plan, int batch)
    {
        (_part, _parameters, _plan, _batch) = (part, parameters, plan, batch);
        _masks = part.Occlusion?.Masks(part.Input.Shape.WithoutFirst());
        part.Masks?.Number(plan);
        (_input, _output) = (new float[part.Input.Shape.Count], new float[part.Output.Shape.Count]);
    }

    /// <summary>Compiles a part.</summary>
    /// <param name="saved">The run.</param>
    /// <param name="kind">The part.</param>
    /// <param name="backend">Where it runs.</param>
    /// <param name="batch">Images or codes at a time.</param>
    /// <exception cref="UserException">
    /// The model cannot be cut there, or the checkpoint is not of the model that its settings describe.
    /// </exception>
    public static CompiledPart Load(SavedRun saved, ModelPartKind kind, IBackend backend, int batch)
    {
        var parameters = new Parameters(saved.State.Settings.Seed);
        Plan? plan = null;
        try
        {
            ModelPart part = ModelPart.Of(saved.State, kind, batch, parameters);
            plan = Plan.Compile(part.Graph, [part.Output], backend, parameters, lasting: true);
            Checkpoint.Restore(saved.Path, saved.File, parameters, forTraining: false);
            return new CompiledPart(part, parameters, plan, batch);
        }
        catch
        {
            plan?.Dispose();
            parameters.Dispose();
            throw;
        }
    }

    /// <summary>Codes, or images in [0, 1], one behind the other, through the part.</summary>
    /// <param name="values">The values; image number i has mask number i, where masks hide a part.</param>
    /// <param name="first">The first image's number.</param>
    /// <param name="cancel">Stops between batches.</param>
    /// <exception cref="ShapeException">The values are not a whole number of them.</exception>
    public float[] Run(ReadOnlySpan<float> values, int first = 0, CancellationToken cancel = default)
    {
        int taken = _input.Length / _batch, given = _output.Length / _batch;
        if (values.Length % taken != 0)
            throw new ShapeException($"{values.Length} values are not a whole number of {_part.Input.Shape.WithoutFirst()}");
        int total = values.Length / taken;
        var result = new float[checked(total * given)];
        for (int start = 0; start < total; start += _batch)
        {
            cancel.ThrowIfCancellationRequested();
            int count = Math.Min(_batch, total - start);
            values.Slice(start * taken, count * taken).CopyTo(_input);
            _plan.Write<float>(_part.Input, _input);
            if (_masks is not null) _plan.Write<byte>(_part.Masks!.Masks, _masks.From(first + start, _batch));
            _plan.Run();
            _plan.Read<float>(_part.Output, _output);
            _output.AsSpan(0, count * given).CopyTo(result.AsSpan(start * given));
        }

        return result;
    }

    /// <summary>Images through the part, byte over 255.</summary>
    /// <inheritdoc cref="Run(ReadOnlySpan{float}, int, CancellationToken)"/>
    public float[] Run(ImageSet images, int first = 0, CancellationToken cancel = default)
    {
        ReadOnlySpan<byte> bytes = images.Pixels.Span;
        var values = new float[bytes.Length];
        for (int i = 0; i < values.Length; i++) values[i] = bytes[i] / 255f;
        return Run(values, first, cancel);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _plan.Dispose();
        _parameters.Dispose();
    }
}
