using FsCheck.Fluent;
using MutualAid.Matching.Benchmarks;
using MutualAid.Matching.Flow;

namespace MutualAid.Matching.Tests.Flow;

public sealed class InstanceFileTests
{
    [Fact]
    public void a_problem_reads_back_as_it_was_written()
    {
        string path = Path.GetTempFileName();
        try
        {
            foreach (var problem in FlowProblems.Mixed.Sample(100, 30))
            {
                InstanceFile.Write(problem, path);
                var read = Read(File.ReadAllText(path));
                Assert.Equal(problem.Units, read.Units);
                Assert.Equal(problem.Divisible, read.Divisible);
                Assert.Equal(problem.UnmetCost, read.UnmetCost);
                Assert.Equal(problem.Capacity, read.Capacity);
                Assert.Equal(problem.ArcStart, read.ArcStart);
                Assert.Equal(problem.ArcOffer, read.ArcOffer);
                Assert.Equal(problem.ArcCost, read.ArcCost);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void how_lines_end_and_what_separates_numbers_does_not_matter()
    {
        var problem = Read("1 2\r\n3\t4\r\n5 0 6 2  0 7\r\n1 8");
        Assert.Equal([3, 4], problem.Capacity);
        Assert.Equal([5], problem.Units);
        Assert.Equal([false], problem.Divisible);
        Assert.Equal([6L], problem.UnmetCost);
        Assert.Equal([0, 1], problem.ArcOffer);
        Assert.Equal([7L, 8L], problem.ArcCost);
    }

    [Theory]
    [InlineData("", "line 1: a number of 0 or more is expected, not the end")]
    [InlineData("1 1\n-1\n", "line 2: a number of 0 or more is expected, not '-'")]
    [InlineData("1 1\n1\n1 1 x", "line 3: a number of 0 or more is expected, not 'x'")]
    [InlineData("1 1\n1\n1 1 5 1\n0", "line 4: a number of 0 or more is expected, not the end")]
    [InlineData("1 3000000000", "line 1: 3000000000 is more than 2147483647")]
    public void what_is_wrong_is_told_with_its_line(string text, string told) =>
        Assert.Equal(told, Assert.Throws<InvalidDataException>(() => Read(text)).Message);

    [Fact]
    public void a_number_beyond_64_bits_is_refused() =>
        Assert.ThrowsAny<Exception>(() => Read("1 1\n1\n1 1 99999999999999999999 0\n"));

    private static FlowProblem Read(string text) => InstanceFile.Read(new StringReader(text));
}
