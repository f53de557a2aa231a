using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>Max-pooling over windows that do not overlap.</summary>
static class Pooling
{
    public static void Forward(MaxPool2D op, Call call) =>
        Largest(call.Input(0), call.Shape(0), call.Output, call.OutputShape, op.Size);

    /// <summary>The largest of each window.</summary>
    public static void Largest(ReadOnlySpan<double> x, Shape shape, Span<double> pooled, Shape pooledShape, int size)
    {
        for (int i = 0; i < pooled.Length; i++)
        {
            double largest = double.NegativeInfinity;
            foreach (int element in Window(shape, pooledShape, size, i)) largest = Math.Max(largest, x[element]);
            pooled[i] = largest;
        }
    }

    /// <summary>Which of each window of 2x2 is the first that is largest, two bits each, four channels to a byte.</summary>
    public static void Codes(ReadOnlySpan<double> x, Shape shape, Shape pooledShape, Span<double> codes)
    {
        for (int i = 0; i < pooledShape.Count; i++)
        {
            double[] values = new double[4];
            int k = 0;
            foreach (int element in Window(shape, pooledShape, 2, i)) values[k++] = x[element];
            codes[i / 4] += Array.IndexOf(values, values.Max()) << 2 * (i % 4);
        }
    }

    public static void Unpool(MaxUnpool2D op, Call call)
    {
        for (int i = 0; i < call.Input(0).Length; i++)
        {
            int code = (int)call.Input(1)[i / 4] >> 2 * (i % 4) & 3;
            call.Output[Window(call.OutputShape, call.Shape(0), 2, i).ElementAt(code)] = call.Input(0)[i];
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
