using MutualAid.Seed.Simulation;

namespace MutualAid.Seed.Tests.Simulation;

public sealed class CallsFileTests
{
    private const string Header = "serial,time_dmy,lat,lon,category,approved,verified\n";
    private const string Food = "1,23/01/2010 17:05,18.54,-72.30,\"2a. Food Shortage, \",YES,NO\n";

    [Fact]
    public void calls_come_by_time_each_with_the_category_that_answers_it()
    {
        var calls = CallsFile.Read(
            new StringReader(
                Header
                    + Food
                    + "2,12/01/2010 09:00,18.5,-72.3,\"1. Emergency, 3c. Medical supplies, 2a. Food, \",YES,NO\n"
                    + "3,13/01/2010 09:00,50.2,5.7,\"2a. Food, \",NO,NO\n"
                    + "4,13/01/2010 09:00,18.5,-72.3,\"8e. Persons News, \",NO,NO\n"
            ),
            "calls.csv"
        );
        Assert.Equal(["medical-supplies", "food"], calls.Answerable.Select(call => call.Category.Code));
        Assert.Equal([true, false], calls.Answerable.Select(call => call.Emergency));
        Assert.Equal(new DateTime(2010, 1, 23, 17, 5, 0), calls.Answerable[1].At);
        Assert.Equal((-72.30, 18.54), (calls.Answerable[1].Longitude, calls.Answerable[1].Latitude));
        Assert.Equal((1, 1), (calls.Outside, calls.Others));
    }

    [Theory]
    [InlineData("", "calls.csv is empty")]
    [InlineData(
        "serial,time_dmy,lat,lon\n",
        "no column 'category'; its columns are serial, time_dmy, lat, lon"
    )]
    [InlineData(Header, "no call that a neighbour could answer")]
    [InlineData(Header + Food + "2,2010-01-23,18.5,-72.3,2a,YES,NO\n", "line 3: time_dmy is '2010-01-23'")]
    [InlineData(Header + "2,23/01/2010 17:05,here,-72.3,2a,YES,NO\n", "line 2: lat is 'here'")]
    [InlineData(Header + "2,23/01/2010 17:05,18.5,NaN,2a,YES,NO\n", "line 2: lon is 'NaN'")]
    [InlineData(Header + "2,23/01/2010 17:05,18.5\n", "line 2: not a row of 7 columns")]
    public void a_file_that_cannot_be_read_says_where_and_why(string text, string message)
    {
        var thrown = Assert.Throws<CallsFileException>(() =>
            CallsFile.Read(new StringReader(text), "calls.csv")
        );
        Assert.Contains(message, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void a_file_that_is_not_there_is_named() =>
        Assert.Contains(
            "no file '/nowhere/calls.csv'",
            Assert.Throws<CallsFileException>(() => CallsFile.Read("/nowhere/calls.csv")).Message,
            StringComparison.Ordinal
        );
}
