using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Training;

/// <summary>Small images that can be learnt: smooth waves, their phases and frequencies drawn from a seed.</summary>
static class GeneratedImages
{
    public static DataSplit Split(Shape image, int train, int validation = 8, int test = 8) =>
        new("generated", Make(image, train, 1), Make(image, validation, 2), Make(image, test, 3), "generated", "0");

    public static ImageSet Make(Shape image, int count, ulong seed)
    {
        var random = new CounterRandom(seed);
        var pixels = new byte[count * image.Count];
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            float fx = random.NextUniform(), fy = random.NextUniform(), phase = random.NextUniform() * 6;
            for (int y = 0; y < image[0]; y++)
                for (int x = 0; x < image[1]; x++)
                    for (int c = 0; c < image[2]; c++)
                        pixels[at++] = (byte)(127.5 + 120 * Math.Sin(phase + fx * x + fy * y + c));
        }

        return new ImageSet(image, pixels);
    }
}
