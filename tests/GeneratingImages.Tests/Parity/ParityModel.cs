using GeneratingImages.Core;

namespace GeneratingImages.Tests.Parity;

/// <summary>A fixture's model and its training step, built of operations alone: no layers, no training code.</summary>
sealed class ParityModel
{
    readonly Dictionary<string, Tensor> _activations = [];
    readonly List<string> _names = [];
    readonly Fixture.ModelSizes _sizes;

    public ParityModel(Fixture fixture)
    {
        _sizes = fixture.Model;
        Images = Graph.Add(new Input("images", Shape.Of(_sizes.Batch, _sizes.Height, _sizes.Width, _sizes.Channels)));
        Output = _sizes.Kind == "basic" ? Basic() : Deep();
        Loss = Output.MeanSquaredError(Images);
        Gradients = Autodiff.Gradients(Loss, [.. _names.Select(Variable)]);

        Fixture.AdamConstants adam = fixture.Adam;
        ParameterGroup all = Parameters.Group("");
        Tensor step = Parameters.State(Graph, Step, new TensorType(Shape.Scalar, ElementType.Int32), saved: false);
        Graph.Add(
            new AdamStep(adam.Lr, adam.Beta1, adam.Beta2, adam.Eps, EpsilonPlace.InsideCorrection),
            Parameters.Slot(Graph, Parameters.Values, all),
            Parameters.Slot(Graph, "first moment", all),
            Parameters.Slot(Graph, "second moment", all),
            Graph.Add(new Pack(all), Gradients),
            step,
            Loss);
        Graph.Add(new Increment(1), step);
    }

    /// <summary>The state that counts the steps taken.</summary>
    public const string Step = "training/step";

    public Graph Graph { get; } = new();

    public Parameters Parameters { get; } = new(seed: 1);

    public Tensor Images { get; }

    public Tensor Output { get; }

    public Tensor Loss { get; }

    /// <summary>The parameters' paths, which are the fixture's names, in the order of their gradients.</summary>
    public IReadOnlyList<string> Names => _names;

    public Tensor[] Gradients { get; }

    public IReadOnlyDictionary<string, Tensor> Activations => _activations;

    Tensor Basic()
    {
        Tensor code = Dense(Images.Reshape(Shape.Of(_sizes.Batch, (int)Images.Shape.WithoutFirst().Count)), "enc.fc", _sizes.Latent);
        return Dense(code, "dec.fc", (int)Images.Shape.WithoutFirst().Count).Reshape(Images.Shape);
    }

    Tensor Deep()
    {
        Tensor x = Images;
        for (int k = 1; k <= _sizes.EncoderChannels.Length; k++)
        {
            Tensor filters = Weight($"enc.conv{k}.weight", _sizes.EncoderChannels[k - 1], _sizes.Kernel, _sizes.Kernel, x.Shape[3]);
            x = Keep($"enc.conv{k}", x.Conv2D(filters, 1, _sizes.Kernel / 2).AddBias(Weight($"enc.conv{k}.bias", filters.Shape[0])));
            x = Keep($"enc.relu{k}", x.Activate(Activation.Relu));
            x = Keep($"enc.pool{k}", x.MaxPool2D(2));
        }

        x = Dense(x.Reshape(Shape.Of(_sizes.Batch, (int)x.Shape.WithoutFirst().Count)), "enc.fc", _sizes.Latent);
        x = Dense(x, "dec.fc", (int)Images.Shape.WithoutFirst().Count).Reshape(Images.Shape);
        int[] channels = [.. _sizes.DecoderChannels, _sizes.Channels];
        for (int k = 1; k <= channels.Length; k++)
        {
            Tensor filters = Weight($"dec.convt{k}.weight", x.Shape[3], _sizes.Kernel, _sizes.Kernel, channels[k - 1]);
            x = x.Conv2DInputGrad(filters, _sizes.Height, _sizes.Width, 1, _sizes.Kernel / 2);
            x = Keep($"dec.convt{k}", x.AddBias(Weight($"dec.convt{k}.bias", channels[k - 1])));
            if (k < channels.Length) x = Keep($"dec.relu{k}", x.Activate(Activation.Relu));
        }

        return x;
    }

    Tensor Dense(Tensor x, string name, int units)
    {
        Tensor weight = Weight($"{name}.weight", units, x.Shape[1]);
        return Keep(name, x.MatMul(weight, transposeB: true).AddBias(Weight($"{name}.bias", units)));
    }

    Tensor Weight(string name, params ReadOnlySpan<int> sizes)
    {
        _names.Add(name);
        return Parameters.Get(Graph, name, Shape.Of(sizes), new Zeros());
    }

    Tensor Variable(string name) => Parameters.Get(Graph, name, Parameters.All.Single(p => p.Path == name).Shape, new Zeros());

    Tensor Keep(string name, Tensor x) => _activations[name] = x;

    sealed record Zeros : Initializer
    {
        public override void Fill(Span<float> values, Shape shape, ulong seed, string path) => values.Clear();
    }
}
