"""Which column is what."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.readers.conftest import ReadText
from tests.unit.readers.samples import LATE, MONDAY, lines, plain, total_kwh
from wattsup_core.errors import FileRefusedError
from wattsup_core.readers import FileReadings
from wattsup_core.readers.columns.vocabulary import Flow, flow_of, flow_of_kind, names_register, tariff_base
from wattsup_core.types import Channel, IssueSeverity


def table(header: str, cells: str, count: int = 96, minutes: int = 30) -> str:
    """A file whose rows repeat `cells`, in which KWH stands for the row's energy."""
    return f"{header}\n" + lines(lambda begin, _end, kwh: f"{begin:%Y-%m-%d %H:%M}," + cells.replace("KWH", str(kwh)), count, minutes, LATE)


def channels(found: FileReadings) -> dict[Channel, float]:
    return {meter.channel: round(float(meter.readings["kwh"].sum()), 3) for meter in found.meters}


def message(found: FileReadings, code: str) -> str:
    return next(issue.message for issue in found.report.issues if issue.code == code)


@pytest.mark.parametrize(
    ("header", "flow"),
    [
        ("Usage_kWh", Flow.CONSUMPTION),
        ("Verbrauch (kWh)", Flow.CONSUMPTION),
        ("kwh", Flow.UNNAMED),
        ("Imported from Grid (Wh)", Flow.IMPORT),
        ("Electricity 1 (Dutch Users: Low Tariff)", Flow.IMPORT),
        ("net_kwh", Flow.NET),
        ("Energy Produced (Wh)", Flow.PRODUCTION),
        ("Exported to Grid (Wh)", Flow.EXPORT),
        ("Electricity 1 Returned (Dutch Users: Low Tariff)", Flow.EXPORT),
        ("Feed-in Power-Today(kWh)", Flow.EXPORT),
        ("Energy Charged-This Day(kWh)", Flow.OTHER_ENERGY),
        ("Gas [m3] Verbruik", Flow.NOT_ELECTRICITY),
        ("Lagging_Current_Reactive_Power_kVarh", Flow.NOT_ENERGY),
        ("Estimated Cost Inc. Tax (p)", Flow.NOT_ENERGY),
        ("L1 max W", Flow.NOT_ENERGY),
        ("Global_intensity", Flow.NOT_ENERGY),
        ("Day_of_week", Flow.NOT_ENERGY),
        ("expected_kwh", Flow.NOT_ENERGY),
    ],
)
def test_flow_by_header(header: str, flow: Flow) -> None:
    assert flow_of(header) is flow


def test_day_is_a_tariff_in_the_kind_of_a_row() -> None:
    assert flow_of_kind("Injection Day") is Flow.EXPORT
    assert flow_of_kind("Gas") is Flow.NOT_ELECTRICITY


def test_register_words_and_tariff_words() -> None:
    assert names_register("meter_reading_kwh")
    assert names_register("Meterstand laagtarief (El 1)")
    assert not names_register("Reading (kWh)")
    assert tariff_base("Import T1 kWh") == tariff_base("Import T2 kWh")
    assert tariff_base("Import T1 kWh") != tariff_base("Export T1 kWh")


def test_value_before_time(read: ReadText) -> None:
    found = read("kwh,timestamp\n" + lines(lambda begin, _end, kwh: f"{kwh},{begin:%Y-%m-%d %H:%M}"))
    assert channels(found) == {Channel.IMPORT: total_kwh(96)}


def test_date_and_time_in_two_columns(read: ReadText) -> None:
    found = read(
        "Datum;Uhrzeit;Verbrauch (kWh)\n" + lines(lambda begin, _end, kwh: f"{begin:%d.%m.%Y};{begin:%H:%M};{kwh}".replace(".0;", ".0;"))
    )
    assert channels(found) == {Channel.IMPORT: total_kwh(96)}
    assert found.meters[0].readings.index[0].isoformat() == "2024-01-08T00:00:00+00:00"


def test_interval_columns_and_a_revision_date(read: ReadText) -> None:
    found = read(
        "ESIID,USAGE_DATE,REVISION_DATE,USAGE_START_TIME,USAGE_END_TIME,USAGE_KWH,ESTIMATED_ACTUAL\n"
        + lines(lambda begin, end, kwh: f"'1044,{begin:%m/%d/%Y},07/02/2025 07:37:17,{begin:%H:%M},{end:%H:%M},{kwh},A", start=LATE)
    )
    assert channels(found) == {Channel.IMPORT: total_kwh(96)}
    assert found.meters[0].label == "1044"
    assert found.meters[0].readings.index[0].isoformat() == "2024-01-20T00:00:00+00:00"


class TestMainChannel:
    def test_the_sites_use_comes_before_the_grids(self, read: ReadText) -> None:
        header = "Date/Time,Energy Produced (Wh),Energy Consumed (Wh),Exported to Grid (Wh),Imported from Grid (Wh)"
        found = read(table(header, "500,250,100,50"))
        assert channels(found) == {Channel.IMPORT: 24.0, Channel.EXPORT: 9.6}
        assert "Energy Consumed (Wh)" in message(found, "extra_value_columns")
        assert found.report.warnings == ()

    def test_energy_before_power(self, read: ReadText) -> None:
        assert channels(read(table("Datum,kW,kWh,Status", "9,KWH,OK"))) == {Channel.IMPORT: total_kwh(96)}

    def test_intervals_before_registers(self, read: ReadText) -> None:
        found = read(table("time,Meter reading kWh,Consumption kWh", "12000,KWH"))
        assert (found.is_register, channels(found)) == (False, {Channel.IMPORT: total_kwh(96)})

    def test_tariffs_add_up(self, read: ReadText) -> None:
        found = read(table("time,Usage T1 (kWh),Usage T2 (kWh),Returned T1 (kWh),Returned T2 (kWh)", "0.25,0.5,0.125,0"))
        assert channels(found) == {Channel.IMPORT: 72.0, Channel.EXPORT: 12.0}

    def test_tariffs_that_take_turns(self, read: ReadText) -> None:
        text = "time,Usage low (kWh),Usage high (kWh)\n" + lines(
            lambda begin, _end, _kwh: f"{begin:%Y-%m-%d %H:%M}," + ("0.25," if begin.hour < 7 else ",0.5")
        )
        assert channels(read(text)) == {Channel.IMPORT: 2 * (14 * 0.25 + 34 * 0.5)}

    def test_a_missing_tariff_is_a_missing_row_otherwise(self, read: ReadText) -> None:
        text = table("time,Usage low (kWh),Usage high (kWh)", "0.25,0.5").replace("2024-01-20 05:00,0.25,0.5", "2024-01-20 05:00,,0.5")
        found = read(text)
        assert (found.report.rejected, channels(found)) == (1, {Channel.IMPORT: 95 * 0.75})

    def test_doubt_between_equals_is_told(self, read: ReadText) -> None:
        found = read(table("time,kitchen_kwh,heating_kwh", "KWH,9"))
        assert channels(found) == {Channel.IMPORT: total_kwh(96)}
        assert "heating_kwh" in message(found, "extra_value_columns")
        assert [issue.code for issue in found.report.warnings] == ["extra_value_columns"]

    def test_produced_energy_alone_is_not_use(self, read: ReadText) -> None:
        found = read(table("time,Energy Produced (Wh)", "250"))
        assert channels(found) == {Channel.EXPORT: 24.0}
        assert "produced" in message(found, "produced_energy")

    def test_no_header_and_several_numbers_is_refused(self, read: ReadText) -> None:
        with pytest.raises(FileRefusedError, match="energy"):
            read(table("", "1.5,2.5").lstrip("\n"))

    def test_gas_alone_is_refused(self, read: ReadText) -> None:
        with pytest.raises(FileRefusedError, match="no electricity"):
            read(table("time,Total gas used", "0.5"))


class TestUnits:
    @pytest.mark.parametrize(
        ("header", "cell", "kwh"),
        [
            ("energy_wh", "250", 24.0),
            ("MWh", "0.00025", 24.0),
            ("power_kw", "0.5", 24.0),
            ("power_w", "500", 24.0),
            ("usage", "250 Wh", 24.0),
            ("usage", "0.5 kW", 24.0),
        ],
    )
    def test_conversion(self, read: ReadText, header: str, cell: str, kwh: float) -> None:
        assert channels(read(table(f"time,{header}", cell))) == {Channel.IMPORT: kwh}

    def test_column_of_units(self, read: ReadText) -> None:
        text = "time,value,unit\n" + lines(
            lambda begin, _end, _kwh: f"{begin:%Y-%m-%d %H:%M}," + ("250,Wh" if begin.minute else "0.25,kWh")
        )
        assert channels(read(text)) == {Channel.IMPORT: 24.0}

    def test_cubic_metres_are_left_out(self, read: ReadText) -> None:
        text = "time,value,unit\n" + lines(lambda begin, _end, _kwh: f"{begin:%Y-%m-%d %H:%M},0.25,{'m³' if begin.minute else 'kWh'}")
        found = read(text)
        assert (found.report.rejected, channels(found)) == (48, {Channel.IMPORT: 12.0})
        assert {row.code for row in found.report.rejected_rows} == {"not_electricity"}

    @pytest.mark.parametrize("unit", ["m³", "m3", "ccf"])
    def test_a_meter_that_tells_kwh_and_volume_counts_gas(self, read: ReadText, unit: str) -> None:
        """Its kWh are no electricity; those of the other meter of the file are."""
        text = "time,EAN,value,unit\n" + lines(
            lambda begin, _end, kwh: (
                f"{begin:%Y-%m-%d %H:%M},871,2.5,kWh\n{begin:%Y-%m-%d %H:%M},871,0.25,{unit}\n{begin:%Y-%m-%d %H:%M},541,{kwh},kWh"
            )
        )
        found = read(text)
        assert [(meter.label, len(meter.readings)) for meter in found.meters] == [("541", 96)]
        assert (found.report.rejected, {row.code for row in found.report.rejected_rows}) == (192, {"not_electricity"})
        alone = "\n".join(line for line in text.split("\n") if ",541," not in line)
        with pytest.raises(FileRefusedError, match="its readings are of gas"):
            read(alone)

    @pytest.mark.parametrize("unit", ["kVArh", "m³"])
    def test_only_the_same_meters_volume_makes_gas_of_kwh(self, read: ReadText, unit: str) -> None:
        """Reactive energy beside it does not; nor do cubic metres where no meter is named, which may be another one's."""
        meter = ",871" if unit == "kVArh" else ""
        text = f"time{',EAN' if meter else ''},value,unit\n" + lines(
            lambda begin, _end, kwh: f"{begin:%Y-%m-%d %H:%M}{meter},{kwh},kWh\n{begin:%Y-%m-%d %H:%M}{meter},0.25,{unit}"
        )
        found = read(text)
        assert channels(found) == {Channel.IMPORT: total_kwh(96)}
        assert found.report.rejected == 96

    @pytest.mark.parametrize(("name", "word"), [("my_gas_2026.csv", "gas"), ("Aardgas.csv", "aardgas"), ("water-meter.csv", "water")])
    def test_a_file_named_for_another_supply_is_doubted(self, read: ReadText, name: str, word: str) -> None:
        (told,) = [issue for issue in read(plain(), name).report.warnings if issue.code == "not_electricity"]
        assert told.message.startswith(f"The file's name speaks of “{word}”: its readings were taken for electricity")

    @pytest.mark.parametrize("name", ["gas and electricity.csv", "water heater.csv", "heat pump.csv", "gasthof.csv", "meter m3.csv"])
    def test_a_name_that_may_mean_electricity_is_not(self, read: ReadText, name: str) -> None:
        assert "not_electricity" not in [issue.code for issue in read(plain(), name).report.issues]

    def test_no_unit_is_kwh_with_a_doubt(self, read: ReadText) -> None:
        found = read(plain().replace("kwh", "value"))
        assert (found.unit, channels(found)) == ("kWh", {Channel.IMPORT: total_kwh(96)})
        assert [issue.code for issue in found.report.warnings] == ["unit_suspect"]

    def test_whole_numbers_of_wh_named_kwh_are_doubted(self, read: ReadText) -> None:
        found = read("time,kwh\n" + lines(lambda begin, _end, kwh: f"{begin:%Y-%m-%d %H:%M},{kwh * 1000:.0f}"))
        assert "they may be Wh" in message(found, "unit_suspect")

    def test_power_means_last_for_their_own_interval(self, read: ReadText) -> None:
        half_hours = lines(lambda begin, _end, _kwh: f"{begin:%Y-%m-%d %H:%M},2", 48, 30, MONDAY)
        quarters = lines(lambda begin, _end, _kwh: f"{begin:%Y-%m-%d %H:%M},2", 96, 15, MONDAY.replace(day=9))
        found = read("time,power_kw\n" + half_hours + quarters)
        assert channels(found) == {Channel.IMPORT: 96.0}
        assert found.meters[0].interval_minutes == 15

    def test_power_alone_in_its_series_has_no_energy(self, read: ReadText) -> None:
        with pytest.raises(FileRefusedError, match="how long"):
            read("time,power_kw\n2024-01-08 00:00,2\n")

    def test_sums_of_minutes_shown_by_the_voltage(self, read: ReadText) -> None:
        header = "datetime,Global_active_power,Voltage,Global_intensity"
        text = f"{header}\n" + lines(lambda begin, _end, _kwh: f"{begin:%Y-%m-%d},1200,{240.5 * 1440},5000", 30, 1440)
        found = read(text)
        assert channels(found) == {Channel.IMPORT: 600.0}
        assert "sum of one-minute values" in message(found, "unit_suspect")

    def test_a_mean_voltage_leaves_power_a_mean(self, read: ReadText) -> None:
        text = "datetime,Global_active_power,Voltage,Global_intensity\n" + lines(
            lambda begin, _end, _kwh: f"{begin:%Y-%m-%d},1.5,240.5,5", 30, 1440
        )
        assert channels(read(text)) == {Channel.IMPORT: 30 * 36.0}


class TestMetersAndMore:
    def test_three_meters(self, read: ReadText) -> None:
        text = "meter_id,timestamp,kwh\n" + lines(
            lambda begin, _end, kwh: "\n".join(f"{name},{begin:%Y-%m-%d %H:%M},{kwh}" for name in ("M1", "M2", "M3"))
        )
        found = read(text, timezone="UTC")
        assert [(meter.label, len(meter.readings)) for meter in found.meters] == [("M1", 96), ("M2", 96), ("M3", 96)]
        assert found.report.issues == ()
        assert found.rows["meter"].tolist()[:4] == ["M1", "M2", "M3", "M1"]

    def test_names_that_look_alike_stay_apart(self, read: ReadText) -> None:
        text = "meter_id,timestamp,kwh\n" + lines(
            lambda begin, _end, kwh: "\n".join(f"{name},{begin:%Y-%m-%d %H:%M},{kwh}" for name in ("\t=1+1", "\r=1+1", "=1+1"))
        )
        found = read(text)
        assert sorted(meter.label for meter in found.meters) == ["=1+1", "=1+1 (2)", "=1+1 (3)"]
        assert found.report.rejected == 0

    def test_a_number_for_each_row_is_no_meter(self, read: ReadText) -> None:
        text = "meter id,time,kwh\n" + "".join(f"{at},{row}\n" for at, row in enumerate(plain().strip().split("\n")[1:]))
        assert [meter.label for meter in read(text).meters] == [""]

    def test_kinds_of_rows(self, read: ReadText) -> None:
        kinds = {"Offtake Day": 0.5, "Injection Day": 0.25, "Gas": 2}
        text = "time,EAN,Register,Volume (kWh)\n" + lines(
            lambda begin, _end, _kwh: "\n".join(f'{begin:%Y-%m-%d %H:%M},="871",{kind},{kwh}' for kind, kwh in kinds.items())
        )
        found = read(text)
        assert channels(found) == {Channel.IMPORT: 48.0, Channel.EXPORT: 24.0}
        assert {meter.label for meter in found.meters} == {"871"}
        assert found.report.rejected == 96

    def test_types_of_load_are_no_kinds(self, read: ReadText) -> None:
        text = "time,Usage_kWh,Load_Type\n" + lines(
            lambda begin, _end, kwh: f"{begin:%Y-%m-%d %H:%M},{kwh},{'Light_Load' if begin.hour < 8 else 'Maximum_Load'}"
        )
        assert [len(meter.readings) for meter in read(text).meters] == [96]

    @pytest.mark.parametrize(
        ("header", "actual", "estimated"),
        [("quality", "A", "E"), ("Geschat?", "N", "Y"), ("Status", "Real", "Estimated"), ("Ersatzwert", "", "x")],
    )
    def test_estimated_readings_are_kept_as_such(self, read: ReadText, header: str, actual: str, estimated: str) -> None:
        text = f"time,kwh,{header}\n" + lines(
            lambda begin, _end, kwh: f"{begin:%Y-%m-%d %H:%M},{kwh},{estimated if begin.hour == 3 else actual}"
        )
        found = read(text)
        quality = found.meters[0].readings["quality"]
        assert (quality == "estimated").sum() == 4
        assert set(quality[quality.index.hour == 3]) == {"estimated"}
        assert next(issue for issue in found.report.issues if issue.code == "estimated_reads").severity is IssueSeverity.INFO

    @pytest.mark.parametrize(("header", "cell"), [("temperature", "10.0"), ("Outdoor temp (°C)", "10"), ("temperature_f", "50")])
    def test_temperature(self, read: ReadText, header: str, cell: str) -> None:
        found = read(table(f"time,kwh,{header}", f"KWH,{cell}").replace(f",{cell}\n", ",\n", 1))
        degrees = found.meters[0].readings["temperature_c"]
        assert np.isnan(degrees.iloc[0])
        assert set(degrees.iloc[1:]) == {10.0}

    def test_submeters_beside_the_whole_house(self, read: ReadText) -> None:
        found = read(table("time,House overall [kW],Furnace 1 [kW],Fridge [Wh],Furnace 2", "KWH,0.5,50,7"))
        readings = found.meters[0].readings
        assert list(readings.columns) == ["kwh", "quality", "Furnace 1_kwh", "Fridge_kwh"]
        assert set(readings["Furnace 1_kwh"]) == {0.25}
        assert set(readings["Fridge_kwh"]) == {0.05}
        assert "“Furnace 1 [kW]”" in message(found, "covariates")

    def test_a_bare_energy_is_the_whole_of_what_stands_beside_it(self, read: ReadText) -> None:
        found = read(table("time,water_heater_kwh,kwh,oven_w,average_kwh", "0.1,KWH,400,0.2"))
        readings = found.meters[0].readings
        assert channels(found) == {Channel.IMPORT: total_kwh(96)}
        assert list(readings.columns) == ["kwh", "quality", "water_heater_kwh", "oven_kwh"]
        assert set(readings["oven_kwh"]) == {0.2}
        assert found.report.warnings == ()

    def test_people_and_own_production(self, read: ReadText) -> None:
        found = read(table("time,Grid import kWh,Solar production (W),Exported kWh,Occupants", "KWH,500,0.1,3"))
        readings = found.meters[0].readings
        assert channels(found) == {Channel.IMPORT: total_kwh(96), Channel.EXPORT: pytest.approx(9.6)}
        assert list(readings.columns) == ["kwh", "quality", "Occupants_people", "Solar production_produced_kwh"]
        assert set(readings["Occupants_people"]) == {3.0}
        assert set(readings["Solar production_produced_kwh"]) == {0.25}

    def test_a_register_has_no_parts(self, read: ReadText) -> None:
        rising = "time,Total meter reading kWh,heater_kwh,people\n" + lines(
            lambda begin, _end, _kwh: f"{begin:%Y-%m-%d %H:%M},{1000 + begin.day * 24 + begin.hour + begin.minute / 60:.1f},0.1,2"
        )
        found = read(rising)
        assert (found.is_register, list(found.meters[0].readings.columns)) == (True, ["kwh", "quality", "people_people"])

    def test_other_columns_are_no_covariates(self, read: ReadText) -> None:
        found = read(table("date,Usage_kWh,Lagging_Power_Factor,NSM,WeekStatus", "KWH,73.2,900,Weekday"))
        assert list(found.meters[0].readings.columns) == ["kwh", "quality"]
