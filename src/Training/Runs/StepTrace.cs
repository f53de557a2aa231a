using System.Text.Json;
using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>
/// A profile's steps on a time line, in the Trace Event Format that Perfetto and Chrome open (Google, "Trace Event Format", JSON object
/// form, complete events): each step holds its calls one behind the other, as they were timed, without what lay between them.
/// </summary>
public static class StepTrace
{
    const int Process = 1, Thread = 1;
    const double MicrosecondsPerMillisecond = 1000;

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, StepProfile profile) => AtomicFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteString("displayTimeUnit", "ms");
        json.WriteStartObject("otherData");
        json.WriteString("backend", profile.Backend);
        json.WriteString("settings", profile.Settings);
        json.WriteEndObject();
        json.WriteStartArray("traceEvents");
        Name(json, "process_name", profile.Backend);
        Name(json, "thread_name", "training steps");
        double begin = 0;
        for (int step = 0; step < profile.StepCalls.Count; step++)
        {
            double[] calls = profile.StepCalls[step];
            Begin(json, $"step {step + 1}", "step", begin, calls.Sum());
            json.WriteEndObject();
            for (int i = 0; i < calls.Length; i++)
            {
                Call(json, profile.Calls[i], begin, calls[i]);
                begin += calls[i];
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    static void Call(Utf8JsonWriter json, StepProfile.Call call, double begin, double ms)
    {
        Begin(json, $"{call.Operation} {call.Layer}".TrimEnd(), call.Direction, begin, ms);
        json.WriteStartObject("args");
        json.WriteString("output", call.Output);
        json.WriteString("variant", call.Variant);
        json.WriteNumber("median ms", call.Ms);
        json.WriteNumber("floor ms", call.FloorMs);
        json.WriteNumber("GFLOP/s", call.Gflops);
        json.WriteNumber("GB/s", call.GigabytesPerSecond);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void Begin(Utf8JsonWriter json, string name, string category, double begin, double ms)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("cat", category);
        json.WriteString("ph", "X");
        json.WriteNumber("ts", begin * MicrosecondsPerMillisecond);
        json.WriteNumber("dur", ms * MicrosecondsPerMillisecond);
        json.WriteNumber("pid", Process);
        json.WriteNumber("tid", Thread);
    }

    /// <summary>A metadata event, which names the process or thread.</summary>
    static void Name(Utf8JsonWriter json, string what, string name)
    {
        json.WriteStartObject();
        json.WriteString("name", what);
        json.WriteString("ph", "M");
        json.WriteNumber("pid", Process);
        json.WriteNumber("tid", Thread);
        json.WriteStartObject("args");
        json.WriteString("name", name);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
