namespace GeneratingImages.Cpu;

/// <summary>
/// A vector of one lane: what is left over at the end of a loop runs through the same formula as the rest, with the same bits.
/// </summary>
readonly unsafe struct Lanes1 : ILanes<float>
{
    public static int Count => 1;

    public static float Load(float* from) => *from;

    public static void Store(float x, float* to) => *to = x;

    public static float Create(float x) => x;

    public static float LoadBytes(byte* from) => *from;

    public static float Add(float x, float y) => x + y;

    public static float Subtract(float x, float y) => x - y;

    public static float Multiply(float x, float y) => x * y;

    public static float Fma(float x, float y, float z) => float.MultiplyAddEstimate(x, y, z);

    public static float Divide(float x, float y) => x / y;

    public static float Max(float x, float y) => MathF.Max(x, y);

    public static float Abs(float x) => MathF.Abs(x);

    public static float Sqrt(float x) => MathF.Sqrt(x);

    public static float WhereLess(float a, float b, float x, float y) => a < b ? x : y;

    public static float WhereEqual(float a, float b, float x, float y) => a == b ? x : y;

    public static uint EqualBits(float x, float y) => x == y ? 1u : 0;

    public static float WhereCode(byte* codes, int code, float x) => (*codes & 3) == code ? x : 0;

    public static float PowerOfTwo(float shifted) =>
        BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(shifted) + 127) << 23);

    public static float Activate<TActivation>(float x)
        where TActivation : struct, IActivation => TActivation.Apply(x);

    public static float ActivateGrad<TActivation>(float y, float dy)
        where TActivation : struct, IActivation => TActivation.Gradient(y, dy);
}
