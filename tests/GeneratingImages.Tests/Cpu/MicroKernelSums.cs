using GeneratingImages.Core;

namespace GeneratingImages.Tests.Cpu;

/// <summary>Sums of products in double precision, with what their error bound needs.</summary>
sealed class Sums(long count, float[] bias, Epilogue epilogue)
{
    readonly double[] _values = new double[count], _magnitudes = new double[count];
    readonly int[] _terms = new int[count];

    public long Count => _values.Length;

    public void Add(int place, float x, float y)
    {
        _values[place] += (double)x * y;
        _magnitudes[place] += Math.Abs((double)x * y);
        _terms[place]++;
    }

    public void Check(int place, float actual, string where)
    {
        double add = epilogue.Bias ? bias[place % bias.Length] : 0;
        MicroKernelRig.Close(
            _values[place] + add, _magnitudes[place] + Math.Abs(add), _terms[place] + 1, epilogue.Activation, actual, where);
    }
}
