using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>Max-pooling over windows that do not overlap.</summary>
static class Pooling
{
    public static void Forward(MaxPool2D op, Call call)
    {
        ReadOnlySpan<double> x = call.Input(0);
        for (int i = 0; i < call.Output.Length; i++)
        {
            double largest = double.NegativeInfinity;
            foreach (int element in Window(call.Shape(0), call.OutputShape, op.Size, i)) largest = Math.Max(largest, x[element]);
            call.Output[i] = largest;
        }
    }

    public static void Gradient(MaxPool2DGrad op, Call call)
    {
        ReadOnlySpan<double> x = call.Input(0);
        ReadOnlySpan<double> pooled = call.Input(1);
        ReadOnlySpan<double> gradient = call.Input(2);
        for (int i = 0; i < pooled.Length; i++)
        {
            foreach (int element in Window(call.Shape(0), call.Shape(1), op.Size, i))
            {
                if (x[element] != pooled[i]) continue;
                call.Output[element] = gradient[i];
                break;
            }
        }
    }

    /// <summary>The flat indices of an output element's window, row by row.</summary>
    static IEnumerable<int> Window(Shape x, Shape y, int size, int output)
    {
        int channel = output % y[3], column = output / y[3] % y[2], row = output / y[3] / y[2] % y[1], image = output / y[3] / y[2] / y[1];
        for (int a = 0; a < size; a++)
        for (int b = 0; b < size; b++)
            yield return ((image * x[1] + row * size + a) * x[2] + column * size + b) * x[3] + channel;
    }
}
