using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>Moves the axes of an array.</summary>
static class Permutation
{
    /// <summary>Axis i of the result is axis <c>axes[i]</c> of the values.</summary>
    /// <param name="values">The values in the order of <paramref name="shape"/>.</param>
    /// <param name="shape">Their sizes.</param>
    /// <param name="axes">Every axis once.</param>
    public static float[] Apply(float[] values, ReadOnlySpan<int> shape, ReadOnlySpan<int> axes) => Move(values, shape, axes, back: false);

    /// <summary>Undoes <see cref="Apply"/>.</summary>
    /// <param name="values">The values as <see cref="Apply"/> gives them.</param>
    /// <param name="shape">The sizes that were given to <see cref="Apply"/>.</param>
    /// <param name="axes">The axes that were given to <see cref="Apply"/>.</param>
    public static float[] Undo(float[] values, ReadOnlySpan<int> shape, ReadOnlySpan<int> axes) => Move(values, shape, axes, back: true);

    /// <summary>The sizes after <see cref="Apply"/>.</summary>
    public static int[] Sizes(ReadOnlySpan<int> shape, ReadOnlySpan<int> axes)
    {
        var sizes = new int[axes.Length];
        for (int i = 0; i < sizes.Length; i++) sizes[i] = shape[axes[i]];
        return sizes;
    }

    static float[] Move(float[] values, ReadOnlySpan<int> shape, ReadOnlySpan<int> axes, bool back)
    {
        int rank = shape.Length;
        if (axes.Length != rank || values.Length != Shape.Of(shape).Count)
            throw new ShapeException($"{values.Length} values and axes [{string.Join(',', axes.ToArray())}] do not fit {Shape.Of(shape)}");
        var strides = new int[rank];
        for (int axis = rank - 1, stride = 1; axis >= 0; stride *= shape[axis--]) strides[axis] = stride;
        int[] sizes = Sizes(shape, axes);
        var index = new int[rank];
        var result = new float[values.Length];
        for (int moved = 0, stood = 0; moved < values.Length; moved++)
        {
            if (back) result[stood] = values[moved];
            else result[moved] = values[stood];
            // The next index, and where it stood, by carrying from the last axis on.
            for (int axis = rank - 1; axis >= 0; axis--)
            {
                stood += strides[axes[axis]];
                if (++index[axis] < sizes[axis]) break;
                stood -= sizes[axis] * strides[axes[axis]];
                index[axis] = 0;
            }
        }

        return result;
    }
}
