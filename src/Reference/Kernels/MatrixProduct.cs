using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>The matrix product with all its flags.</summary>
static class MatrixProduct
{
    public static void Multiply(MatMul op, Call call)
    {
        ReadOnlySpan<double> a = call.Input(0);
        ReadOnlySpan<double> b = call.Input(1);
        Span<double> c = call.Output;
        (int m, int n) = (call.OutputShape[^2], call.OutputShape[^1]);
        int k = op.TransposeA ? call.Shape(0)[^2] : call.Shape(0)[^1];
        int batches = c.Length / (m * n);
        for (int batch = 0; batch < batches; batch++)
        for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++)
        {
            double sum = 0;
            for (int l = 0; l < k; l++)
            {
                double left = a[batch * m * k + (op.TransposeA ? l * m + i : i * k + l)];
                double right = b[batch * k * n + (op.TransposeB ? j * k + l : l * n + j)];
                sum += left * right;
            }

            c[(batch * m + i) * n + j] = sum;
        }

        Activations.Finish(op.Epilogue, call);
    }
}
