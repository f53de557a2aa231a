using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace GeneratingImages.Peer;

/// <summary>The basic model's whole work as one TorchScript call: its steps are so short that calls from outside cost a good part of them.</summary>
sealed class DenseScript(Cell cell, Tensor[] weights, FusedAdam? adam)
{
    const string Source = """
        def forward(x: Tensor, weights: List[Tensor]) -> Tensor:
          return torch.linear(torch.linear(x, weights[0], weights[1]), weights[2], weights[3])

        def step(x: Tensor, weights: List[Tensor], detached: List[Tensor], m: List[Tensor], v: List[Tensor], steps: List[Tensor], none: List[Tensor]) -> int:
          loss = torch.mse_loss(forward(x, weights), x)
          loss.backward()
          gradients: List[Tensor] = []
          for w in weights:
            g = w.grad
            if g is not None:
              gradients.append(g)
          return adam(detached, gradients, m, v, steps, none)

        """;

    readonly jit.CompilationUnit _unit = jit.compile(FusedAdam.Source + Source);

    /// <summary>A step or a forward pass.</summary>
    public void Run(Tensor images)
    {
        Tensor x = images.permute(0, 2, 3, 1).view(cell.Batch, -1);
        if (adam is null)
        {
            using var _ = inference_mode();
            _unit.invoke("forward", x, weights);
            return;
        }

        foreach (Tensor weight in weights) weight.grad = null;
        _unit.invoke("step", x, weights, adam.Detached, adam.First, adam.Second, adam.Steps, Array.Empty<Tensor>());
    }
}
