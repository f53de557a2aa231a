using System.Globalization;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace GeneratingImages.Peer;

/// <summary>
/// libtorch's own fused Adam, which TorchSharp's optimiser does not use: one call over all parameters, reached through TorchScript. It takes
/// the gradients where the backward pass left them; a flat vector of parameters would need them copied into one first.
/// </summary>
sealed class FusedAdam
{
    /// <summary>One update as TorchScript; all parameters share one step counter.</summary>
    public static readonly string Source = string.Create(CultureInfo.InvariantCulture, $"""
        def adam(weights: List[Tensor], gradients: List[Tensor], m: List[Tensor], v: List[Tensor], steps: List[Tensor], none: List[Tensor]) -> int:
          steps[0].add_(1)
          torch._fused_adam_(weights, gradients, m, v, none, steps, lr={Cell.LearningRate:G9}, beta1={Cell.Beta1:G9}, beta2={Cell.Beta2:G9}, weight_decay=0.0, eps={Cell.Epsilon:G9}, amsgrad=False, maximize=False)
          return 0

        """);

    readonly jit.CompilationUnit _unit = jit.compile(Source);
    readonly Tensor[] _weights;

    public FusedAdam(Tensor[] weights)
    {
        _weights = weights;
        Detached = [.. weights.Select(w => w.detach())];
        (First, Second) = ([.. weights.Select(w => zeros_like(w.detach()))], [.. weights.Select(w => zeros_like(w.detach()))]);
        Tensor step = zeros([], ScalarType.Float32);
        Steps = [.. weights.Select(_ => step)];
    }

    /// <summary>The parameters without their history.</summary>
    public Tensor[] Detached { get; }

    /// <summary>The first moments.</summary>
    public Tensor[] First { get; }

    /// <summary>The second moments.</summary>
    public Tensor[] Second { get; }

    /// <summary>The step counter, once a parameter.</summary>
    public Tensor[] Steps { get; }

    /// <summary>Updates the parameters and drops the gradients.</summary>
    public void Step()
    {
        using (no_grad())
            _unit.invoke("adam", Detached, _weights.Select(w => w.grad!).ToArray(), First, Second, Steps, Array.Empty<Tensor>());
        foreach (Tensor weight in _weights) weight.grad = null;
    }
}
